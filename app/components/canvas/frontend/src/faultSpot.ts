// Where a fault's sentence stands: near its card, inside the part of the network that is in view, and over empty canvas where there is any.
import { CARD } from "./graph";

export interface Box {
  x: number;
  y: number;
  width: number;
  height: number;
}

export interface Spot {
  x: number;
  y: number;
  hides: boolean; // it lies over much of a card
}

interface Point {
  x: number;
  y: number;
}

const EDGE = 8; // pixels kept free at the edges of the stage
const FOOT = 60; // and at its foot, where the tools are
const ASIDE = 14;
const NEAR = 12; // cards whose edges are tried
const AROUND = 80; // cards that it may come to lie on
const HIDING = 700; // as bad as so long a way: a card hidden whole
const HIDING_ITS_OWN = 1e6;

/** The part of the network in view, in the network's own measure. */
export function inView([x, y, zoom]: [number, number, number], stage: { width: number; height: number }): Box {
  return { x: (EDGE - x) / zoom, y: (EDGE - y) / zoom, width: (stage.width - 2 * EDGE) / zoom, height: (stage.height - EDGE - FOOT) / zoom };
}

/** The sentence's corner: in view while its card is, not over its card, as little as can be over others, and near. */
export function faultSpot(at: Point, size: { width: number; height: number }, view: Box, places: Point[]): Spot {
  const card = { ...at, ...CARD };
  const below = { x: middle(card, "x") - size.width / 2, y: card.y + card.height + ASIDE };
  if (!common(card, view)) return { ...below, hides: false };
  const far = (box: Box) => Math.hypot(middle(box, "x") - middle(card, "x"), middle(box, "y") - middle(card, "y"));
  const others = places
    .map((place) => ({ ...place, ...CARD }))
    .filter((box) => (box.x !== card.x || box.y !== card.y) && common(box, view))
    .map((box) => ({ box, way: far(box) }))
    .sort((a, b) => a.way - b.way)
    .slice(0, AROUND)
    .map(({ box }) => box);
  const edges = [card, ...others.slice(0, NEAR)];
  const along = (axis: "x" | "y", side: "width" | "height", wanted: number) => {
    const tried = edges.flatMap((box) => [box[axis] - ASIDE - size[side], box[axis], box[axis] + box[side] + ASIDE]);
    const last = Math.max(view[axis], view[axis] + view[side] - size[side]);
    return [...new Set([wanted, ...tried, last].map((place) => Math.max(view[axis], Math.min(place, last))))];
  };
  const [xs, ys] = [along("x", "width", below.x), along("y", "height", middle(card, "y") - size.height / 2)];
  let best = { x: below.x, y: below.y, cost: Infinity, hidden: 0 };
  for (const x of xs) {
    for (const y of ys) {
      const box = { x, y, ...size };
      const way = apart(box, card) + far(box) / 10 + (y < card.y ? 1 : 0) + (common(box, card) / area(card)) * HIDING_ITS_OWN;
      if (way >= best.cost) continue;
      const hidden = others.reduce((sum, other) => sum + common(box, other) / area(other), 0);
      const cost = way + hidden * HIDING;
      if (cost < best.cost) best = { x, y, cost, hidden };
    }
  }
  return { x: best.x, y: best.y, hides: best.hidden > 0.1 || best.cost >= HIDING_ITS_OWN / 100 };
}

/** From the sentence to its card, the shortest way; null where another card stands in it. */
export function between(sentence: Box, at: Point, places: Point[]): { from: Point; to: Point } | null {
  const card = { ...at, ...CARD };
  const [across, down] = [nearest(sentence, card, "x", "width"), nearest(sentence, card, "y", "height")];
  const way = { x: Math.min(...across), y: Math.min(...down), width: Math.abs(across[0] - across[1]) || 1, height: Math.abs(down[0] - down[1]) || 1 };
  const others = places.filter(({ x, y }) => x !== at.x || y !== at.y);
  if (others.some((place) => common(way, { ...place, ...CARD }))) return null;
  return { from: { x: across[0], y: down[0] }, to: { x: across[1], y: down[1] } };
}

function nearest(a: Box, b: Box, axis: "x" | "y", side: "width" | "height"): [number, number] {
  const [low, high] = [Math.max(a[axis], b[axis]), Math.min(a[axis] + a[side], b[axis] + b[side])];
  return low <= high ? [(low + high) / 2, (low + high) / 2] : a[axis] < b[axis] ? [high, low] : [low, high];
}

const middle = (box: Box, axis: "x" | "y") => box[axis] + box[axis === "x" ? "width" : "height"] / 2;
const area = ({ width, height }: Box) => width * height;
const overlap = (a: number, length: number, b: number, other: number) => Math.min(a + length, b + other) - Math.max(a, b);
const apart = (a: Box, b: Box) =>
  Math.hypot(Math.max(0, -overlap(a.x, a.width, b.x, b.width)), Math.max(0, -overlap(a.y, a.height, b.y, b.height)));

/** The area that two boxes have in common. */
const common = (a: Box, b: Box) =>
  Math.max(0, overlap(a.x, a.width, b.x, b.width)) * Math.max(0, overlap(a.y, a.height, b.y, b.height));
