// The sheet under the cards on which is painted what does not stand as an element.
import { useStoreApi } from "@xyflow/react";
import { memo, useLayoutEffect, useRef } from "react";
import { useSession } from "./context";
import { Inks } from "./inks";
import { paint } from "./paint";
import type { CardNode } from "./reconcile";
import { looksAlike, type Scene, type View } from "./scene";
import type { Session } from "./session";
import { lookOf } from "./stores";
import { type FlowStore, viewOf } from "./useScene";

export const Painting = memo(function Painting() {
  const session = useSession();
  const store = useStoreApi() as unknown as FlowStore;
  const sheet = useRef<HTMLCanvasElement>(null);
  useLayoutEffect(() => paintWhenChanged(sheet.current!, session, store), [session, store]);
  return <canvas ref={sheet} className="nn-painting" aria-hidden="true" />;
});

const SPARE = 96; // pixels of the sheet around the stage, as in style.css: a pan as long moves the sheet and paints nothing

/** Paints once a frame at most, and only after a change. Ends with the returned function. */
function paintWhenChanged(sheet: HTMLCanvasElement, session: Session, store: FlowStore): () => void {
  let frame = 0;
  let painted: (View & { scene: Scene; nodes: CardNode[] }) | null = null;
  const draw = () => {
    frame = 0;
    const scene = session.scene.get();
    sheet.hidden = !scene.isPainted;
    const ctx = scene.isPainted ? sheet.getContext("2d") : null;
    painted = null;
    if (!ctx) return;
    const { x, y, zoom, ...stage } = viewOf(store);
    const view = { x: x + SPARE, y: y + SPARE, zoom, width: stage.width + 2 * SPARE, height: stage.height + 2 * SPARE };
    const ratio = window.devicePixelRatio;
    const [width, height] = [Math.round(view.width * ratio), Math.round(view.height * ratio)];
    if (sheet.width !== width || sheet.height !== height) Object.assign(sheet, { width, height });
    const loud = session.loud.get();
    const picture = {
      view,
      scene,
      nodes: session.nodes.get(),
      edges: session.edges.get(),
      catalogue: session.catalogue.get(),
      note: session.notes.get,
      look: (note: ReturnType<typeof session.notes.get>) => (note?.fault ? lookOf(note.fault, loud) : null),
      found: session.found.get(),
      lit: session.lit.get(),
    };
    paint(ctx, picture, inks, ratio);
    painted = { x, y, zoom, ...stage, scene, nodes: picture.nodes };
    sheet.style.transform = "none";
  };
  const request = () => {
    frame ||= requestAnimationFrame(draw);
  };
  const inks = new Inks(sheet.parentElement!, request);
  const moved = () => {
    if (!session.scene.get().isPainted) return;
    const { x, y, zoom, width, height } = viewOf(store);
    if (!painted || zoom !== painted.zoom || width !== painted.width || height !== painted.height) return request();
    const [dx, dy] = [x - painted.x, y - painted.y];
    if (Math.max(Math.abs(dx), Math.abs(dy)) > SPARE) request();
    else sheet.style.transform = `translate(${dx}px, ${dy}px)`;
  };
  const changed = () => {
    if (!painted || !looksAlike(painted, { scene: session.scene.get(), nodes: session.nodes.get() })) request();
  };
  const cells = [session.edges, session.catalogue, session.loud, session.found, session.lit];
  const ends = [store.subscribe(moved), session.notes.subscribeAll(request), ...cells.map((cell) => cell.subscribe(request)), ...[session.nodes, session.scene].map((cell) => cell.subscribe(changed))];
  draw();
  return () => {
    cancelAnimationFrame(frame);
    inks.dispose();
    for (const end of ends) end();
  };
}
