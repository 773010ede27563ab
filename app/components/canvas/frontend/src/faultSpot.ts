// Where a fault's sentence stands: beside its card, and inside the part of the network that is in view.
import { CARD, type Direction } from "./graph";

export interface Box {
  x: number;
  y: number;
  width: number;
  height: number;
}

const EDGE = 8; // pixels kept free at the edges of the stage
const FOOT = 60; // and at its foot, where the tools are
const BELOW = 6;
const ASIDE = 14;

/** The part of the network in view, in the network's own measure. */
export function inView([x, y, zoom]: [number, number, number], stage: { width: number; height: number }): Box {
  return { x: (EDGE - x) / zoom, y: (EDGE - y) / zoom, width: (stage.width - 2 * EDGE) / zoom, height: (stage.height - EDGE - FOOT) / zoom };
}

/** The sentence's corner. Below its card, or beside it where the network runs down and the next card is below; on the other side
    where the view ends before; and never out of view while its card is in it. */
export function faultSpot(at: { x: number; y: number }, size: { width: number; height: number }, direction: Direction, view: Box) {
  const card = { ...at, ...CARD };
  const end = { x: view.x + view.width, y: view.y + view.height };
  const below = { x: card.x + (card.width - size.width) / 2, y: card.y + card.height + BELOW };
  const beside = { x: card.x + card.width + ASIDE, y: card.y };
  const spot = direction === "lr" ? below : beside;
  const seen = card.x < end.x && card.x + card.width > view.x && card.y < end.y && card.y + card.height > view.y;
  if (!seen) return spot;
  if (direction === "lr" && spot.y + size.height > end.y && card.y - BELOW - size.height > view.y) spot.y = card.y - BELOW - size.height;
  if (direction === "tb" && spot.x + size.width > end.x && card.x - ASIDE - size.width > view.x) spot.x = card.x - ASIDE - size.width;
  return { x: within(spot.x, size.width, view.x, end.x), y: within(spot.y, size.height, view.y, end.y) };
}

const within = (at: number, size: number, from: number, to: number) => Math.max(from, Math.min(at, to - size));
