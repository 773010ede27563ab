// Where a new card goes when the person did not say: beside the selected one or in the middle of the view, on nobody's toes.
import { CARD, GRID, type GraphNode, onGrid } from "./graph";
import { type Direction, GAP } from "./layout";

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
