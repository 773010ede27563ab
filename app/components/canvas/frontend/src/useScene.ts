// Keeps the scene up to date with view, network and pointer.
import { useStoreApi } from "@xyflow/react";
import { type RefObject, useLayoutEffect, useMemo } from "react";
import { useCell } from "./cell";
import type { Commands } from "./commands";
import { useCommands, useSession } from "./context";
import { CARD } from "./graph";
import { isOnWire } from "./paint";
import { byDegrees, kept, meet, type Scene, sceneOf, type View } from "./scene";
import type { Session } from "./session";

/** What is read of React Flow's store. */
export interface FlowStore {
  getState: () => {
    transform: [number, number, number];
    width: number;
    height: number;
    domNode: Element | null;
    paneDragging: boolean;
    userSelectionActive: boolean;
    userSelectionRect: { x: number; y: number; width: number; height: number } | null;
    connection: { inProgress: boolean; fromNode: { id: string } | null };
  };
  subscribe: (listener: () => void) => () => void;
}

export function viewOf(store: FlowStore): View {
  const { transform, width, height } = store.getState();
  return { x: transform[0], y: transform[1], zoom: transform[2], width, height };
}

/** held: the wire whose end is being taken elsewhere. */
export function useScene(held: RefObject<string | null>): Scene {
  const session = useSession();
  const commands = useCommands();
  const store = useStoreApi() as unknown as FlowStore;
  const watch = useMemo(() => watcher(session, commands, store, held), [session, commands, store, held]);
  useLayoutEffect(() => watch(), [watch]);
  return useCell(session.scene);
}

function watcher(session: Session, commands: Commands, store: FlowStore, held: RefObject<string | null>) {
  let pointer: { x: number; y: number } | null = null;
  let before = "";
  let level = session.level.get();
  let soon = 0;
  const look = () => {
    cancelAnimationFrame(soon);
    const { width, connection, paneDragging } = store.getState();
    const nodes = new Set([session.roving.get(), session.target.get(), connection.fromNode?.id].filter((id) => id != null));
    const wires = new Set([session.dropWire.get(), held.current].filter((id) => id != null));
    const view = width ? viewOf(store) : firstView(session, commands);
    const next = sceneOf(session.nodes.get(), session.edges.get(), view, { pointer: paneDragging ? null : pointer, nodes, wires }, isOnWire);
    const scene = level === session.level.get() ? byDegrees(session.scene.get(), next, view, nodes) : next;
    level = session.level.get();
    session.scene.set(kept(session.scene.get(), scene));
    if (scene.isPartly) soon = requestAnimationFrame(look);
  };
  const moved = () => {
    const { transform, width, height, connection, userSelectionActive } = store.getState();
    if (userSelectionActive && session.scene.get().isPainted) selectInBox(session, store);
    const now = `${transform} ${width} ${height} ${connection.fromNode?.id}`;
    if (now !== before) look();
    before = now;
  };
  const point = (event: PointerEvent) => {
    if (event.type === "pointerdown") session.several = event.shiftKey || event.ctrlKey || event.metaKey;
    const { domNode, transform, paneDragging, userSelectionActive } = store.getState();
    if (!session.scene.get().isPainted || !domNode || paneDragging || userSelectionActive) return;
    if (event.buttons && session.scene.get().nodes.some(({ dragging }) => dragging)) return;
    const box = domNode.getBoundingClientRect();
    const [x, y] = [event.clientX - box.left, event.clientY - box.top];
    const inside = x >= 0 && y >= 0 && x <= box.width && y <= box.height;
    pointer = inside ? { x: (x - transform[0]) / transform[2], y: (y - transform[1]) / transform[2] } : null;
    look();
  };
  look();
  return () => {
    look();
    const cells = [session.nodes, session.edges, session.roving, session.target, session.dropWire];
    const ends = [store.subscribe(moved), ...cells.map((cell) => cell.subscribe(look))];
    window.addEventListener("pointermove", point, true);
    window.addEventListener("pointerdown", point, true);
    return () => {
      cancelAnimationFrame(soon);
      for (const end of ends) end();
      window.removeEventListener("pointermove", point, true);
      window.removeEventListener("pointerdown", point, true);
    };
  };
}

/** Before React Flow has a size: what it will show. */
function firstView(session: Session, commands: Commands): View {
  const box = commands.stage()?.getBoundingClientRect();
  const { x, y, zoom } = session.viewport ?? commands.whole() ?? { x: 0, y: 0, zoom: 1 };
  return { x, y, zoom, width: box?.width ?? 0, height: box?.height ?? 0 };
}

/** React Flow selects what of a drawn box stands as elements; this selects the rest with it. */
function selectInBox(session: Session, store: FlowStore): void {
  const { userSelectionRect, transform: [x, y, zoom] } = store.getState();
  if (!userSelectionRect?.width && !userSelectionRect?.height) return;
  const { width, height } = userSelectionRect;
  const box = { x: (userSelectionRect.x - x) / zoom, y: (userSelectionRect.y - y) / zoom, width: width / zoom, height: height / zoom };
  session.select(session.nodes.get().filter(({ position }) => meet({ ...position, ...CARD }, box)).map(({ id }) => id));
}
