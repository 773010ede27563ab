// Where the small map of a large network lies over the drawing; a network that is fitted into view stays clear of it.
import type { Box } from "./faultSpot";
import type { Size } from "./wrap";

export const SIZE = { width: 150, height: 96 }; // as in style.css
const EDGE = { border: 2, right: 12, bottom: 18, above: 62 }; // there, too
const ROOM = { nodes: 20, width: 640, height: 420 }; // below these the drawing itself is map enough, or the map would cover it
const LOW = { nodes: 100, width: 700, height: 300 }; // in which so many are lost without a map
const NARROW = 820; // pixels of a drawing in which the map stands above the tools, not beside them

export function hasOverview(nodes: number, { width, height }: Size): boolean {
  return [ROOM, LOW].some((least) => nodes > least.nodes && width >= least.width && height >= least.height);
}

export const isAboveTools = (width: number): boolean => width < NARROW;

/** Where the map of so many nodes lies in a drawing of this size; null where there is none. */
export function overviewBox(nodes: number, room: Size): Box | null {
  if (!hasOverview(nodes, room)) return null;
  const [width, height] = [SIZE.width + EDGE.border, SIZE.height + EDGE.border];
  const bottom = isAboveTools(room.width) ? EDGE.above : EDGE.bottom;
  return { x: room.width - EDGE.right - width, y: room.height - bottom - height, width, height };
}
