// The small map in the corner of a large network: all cards, and the part that is in view, to be dragged.
import { useStore, useStoreApi } from "@xyflow/react";
import { memo, type PointerEvent, useLayoutEffect, useMemo, useRef } from "react";
import { useCell } from "./cell";
import { boundsOf } from "./commands";
import { useCommands, useSession } from "./context";
import { CARD } from "./graph";
import { Inks } from "./inks";
import { hasOverview, isAboveTools, SIZE } from "./overviewPlace";

const HELD_MS = 100; // while a card is dragged the map follows when the hand rests

export const Overview = memo(function Overview() {
  const count = useCell(useSession().nodes).length;
  const shown = useStore((room) => hasOverview(count, room));
  const narrow = useStore(({ width }) => isAboveTools(width));
  return shown ? <Small narrow={narrow} /> : null;
});

function Small({ narrow }: { narrow: boolean }) {
  const session = useSession();
  const commands = useCommands();
  const nodes = useCell(session.nodes);
  const catalogue = useCell(session.catalogue);
  const sheet = useRef<HTMLCanvasElement>(null);
  const frame = useMemo(() => framed(boundsOf(nodes)), [nodes]);
  const drawing = useRef((_: Inks) => {});
  const inks = useRef<Inks | null>(null);
  useLayoutEffect(() => {
    const made = new Inks(sheet.current!.parentElement!, () => drawing.current(made));
    inks.current = made;
    return () => made.dispose();
  }, []);
  useLayoutEffect(() => {
    const canvas = sheet.current!;
    drawing.current = (inks) => {
      const ctx = canvas.getContext("2d");
      if (!ctx) return;
      const ratio = window.devicePixelRatio;
      Object.assign(canvas, { width: SIZE.width * ratio, height: SIZE.height * ratio });
      ctx.scale(ratio * frame.scale, ratio * frame.scale);
      ctx.translate(-frame.x, -frame.y);
      for (const { position, selected, data } of nodes) {
        const family = catalogue.operators.get(data.kind)?.family;
        ctx.fillStyle = inks.of(selected ? "var(--accent)" : family ? `var(--family-${family})` : "var(--st-gray-color)");
        ctx.fillRect(position.x, position.y, CARD.width, CARD.height);
      }
    };
    const isHeld = nodes.some(({ dragging }) => dragging);
    const soon = setTimeout(() => drawing.current(inks.current!), isHeld ? HELD_MS : 0);
    return () => clearTimeout(soon);
  }, [nodes, catalogue, frame]);
  const go = (event: PointerEvent<HTMLElement>) => {
    const box = event.currentTarget.getBoundingClientRect();
    const at = { x: frame.x + (event.clientX - box.left) / frame.scale, y: frame.y + (event.clientY - box.top) / frame.scale };
    commands.look(at);
  };
  return (
    <div
      className={narrow ? "nn-overview is-above" : "nn-overview"}
      role="img"
      aria-label="Overview"
      onPointerDown={(event) => {
        event.currentTarget.setPointerCapture(event.pointerId);
        go(event);
      }}
      onPointerMove={(event) => event.buttons && go(event)}
      onWheel={(event) => commands.zoom(event.deltaY < 0)}
    >
      <canvas ref={sheet} />
      <InView {...frame} />
    </div>
  );
}

/** The part that is in view, moved without React: it changes with every frame of a pan. */
function InView({ x, y, scale }: { x: number; y: number; scale: number }) {
  const store = useStoreApi();
  const box = useRef<HTMLDivElement>(null);
  useLayoutEffect(() => {
    const place = () => {
      const { transform, width, height } = store.getState();
      const [left, top] = [(-transform[0] / transform[2] - x) * scale, (-transform[1] / transform[2] - y) * scale];
      const style = { left: `${left}px`, top: `${top}px`, width: `${(width / transform[2]) * scale}px`, height: `${(height / transform[2]) * scale}px` };
      Object.assign(box.current!.style, style);
    };
    place();
    return store.subscribe(place);
  }, [store, x, y, scale]);
  return <div ref={box} className="nn-in-view" />;
}

/** The part of the plane that the map shows, the network in its middle. */
function framed({ x, y, width, height }: { x: number; y: number; width: number; height: number }) {
  const scale = Math.min(SIZE.width / (width * 1.12), SIZE.height / (height * 1.12));
  return { scale, x: x + width / 2 - SIZE.width / scale / 2, y: y + height / 2 - SIZE.height / scale / 2 };
}
