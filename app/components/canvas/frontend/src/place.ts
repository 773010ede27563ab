// Where a new card goes when the person did not say: beside the selected one or in the middle of the view, on nobody's toes.
import { CARD, type Direction, GRID, type GraphNode, onGrid } from "./graph";
import { GAP } from "./layout";

interface Point {
  x: number;
  y: number;
}

const overlaps = (a: Point, b: Point) =>
  Math.abs(a.x - b.x) < CARD.width + GRID && Math.abs(a.y - b.y) < CARD.height + GRID;

/** The free spot nearest to the wanted one, trying further away across the direction in which the network runs. */
export function freeSpot(nodes: GraphNode[], wanted: Point, direction: Direction): Point {
  const across = direction === "lr" ? { x: 0, y: CARD.height + 2 * GRID } : { x: CARD.width + 2 * GRID, y: 0 };
  const start = { x: onGrid(wanted.x), y: onGrid(wanted.y) };
  for (let step = 0; step <= nodes.length; step += 1) {
    for (const sign of step ? [1, -1] : [1]) {
      const spot = { x: start.x + sign * step * across.x, y: start.y + sign * step * across.y };
      if (!nodes.some((node) => overlaps(node, spot))) return spot;
    }
  }
  return start;
}

/** The place that follows a card in the direction of the network. */
export function after(node: GraphNode, direction: Direction): Point {
  return direction === "lr"
    ? { x: node.x + CARD.width + GAP.lr.rank, y: node.y }
    : { x: node.x, y: node.y + CARD.height + GAP.tb.rank };
}

/** The place of a card that goes into the wire to `target`, and the cards that make room for it: where the person let it go if
    nobody stands there, else in the target's place, with the target and all behind it in its line pushed on. */
export function makeRoom(nodes: GraphNode[], target: GraphNode, wanted: Point, direction: Direction) {
  const start = { x: onGrid(wanted.x), y: onGrid(wanted.y) };
  if (!nodes.some((node) => overlaps(node, start))) return { at: start, moved: {} };
  const place = { x: target.x, y: target.y };
  const by = direction === "lr" ? { x: CARD.width + GAP.lr.rank, y: 0 } : { x: 0, y: CARD.height + GAP.tb.rank };
  const inLine = (node: GraphNode) =>
    direction === "lr"
      ? Math.abs(node.y - target.y) < CARD.height && node.x >= target.x
      : Math.abs(node.x - target.x) < CARD.width && node.y >= target.y;
  const pushed = new Set(nodes.filter(inLine));
  const after = (node: Point) => ({ x: node.x + by.x, y: node.y + by.y });
  const touches = (a: Point, b: Point) => Math.abs(a.x - b.x) < CARD.width && Math.abs(a.y - b.y) < CARD.height;
  for (const one of pushed) {
    // A set that grows while it is walked: whoever would be hit is pushed as well.
    for (const other of nodes) if (!pushed.has(other) && touches(after(one), other) && !touches(one, other)) pushed.add(other);
  }
  const moved = Object.fromEntries([...pushed].map((node) => [node.id, [after(node).x, after(node).y] as [number, number]]));
  return { at: place, moved };
}

/** Whether some cards would lie on nobody's toes. */
export const isFree = (nodes: Point[], chosen: Point[]): boolean => !chosen.some((one) => nodes.some((node) => overlaps(node, one)));

/** How far copies of some cards must go to lie clear of all cards: across the direction in which the network runs. */
export function clearOf(nodes: GraphNode[], chosen: GraphNode[], direction: Direction): Point {
  const axis = direction === "lr" ? "y" : "x";
  const length = direction === "lr" ? CARD.height : CARD.width;
  const at = chosen.map((node) => node[axis]);
  let by = onGrid(Math.max(...at) - Math.min(...at)) + length + 2 * GRID;
  const shift = () => (axis === "y" ? { x: 0, y: by } : { x: by, y: 0 });
  const hits = () => chosen.some((one) => nodes.some((node) => overlaps(node, { x: one.x + shift().x, y: one.y + shift().y })));
  while (hits()) by += GRID;
  return shift();
}

const ASIDE = 18; // between a card and a wire that goes round it

/** Where a wire that runs back goes along, between the rows (or columns): before the target's card on the side it comes from,
    behind both where they stand in one row. Places are the cards' corners, across the direction of the network. */
export function corridor(source: number, target: number, size: number): number {
  if (Math.abs(target - source) < size + 2 * ASIDE) return Math.max(source, target) + size + ASIDE;
  return target > source ? target - ASIDE : target + size + ASIDE;
}

/** The corridor, moved towards the source's card until it lies behind no card; as it is where there is no room. cards: the corners of
    those along it, across the direction of the network. */
export function clearCorridor(source: number, target: number, size: number, cards: readonly number[]): number {
  const wanted = corridor(source, target, size);
  if (Math.abs(target - source) < size + 2 * ASIDE) return wanted;
  const before = target > source; // it lies before the target's card, and goes up
  for (let at = wanted, turn = 0; turn < MOST_TURNS; turn += 1) {
    const hiding = cards.filter((card) => card < at + NEAR && card + size > at - NEAR);
    if (!hiding.length) return at;
    at = before ? Math.min(...hiding) - BARELY : Math.max(...hiding) + size + BARELY;
    if (before ? at < source + size + NEAR : at > source - NEAR) break;
  }
  return wanted;
}

const [NEAR, BARELY] = [6, 8]; // of a card: a wire that comes so near is moved, and so far
const MOST_TURNS = 50;
