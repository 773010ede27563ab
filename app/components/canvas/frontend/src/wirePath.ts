// The way of a wire on the canvas: one curve for the element that is under the hand and for the paint that stands for it.
import { getBezierPath, getSmoothStepPath, Position } from "@xyflow/react";
import type { Box } from "./faultSpot";
import { CARD } from "./graph";
import { clearCorridor, corridor } from "./place";
import type { CardNode, WireEdge } from "./reconcile";

interface Point {
  x: number;
  y: number;
}

export interface Way {
  path: string;
  x: number; // its middle
  y: number;
  down: boolean; // it runs from top to bottom
  length: number; // from end to end, straight
}

const STUB = 20; // how far a wire goes on from its ports before it turns
const APART = 40; // how much further each more of several wires between the same ports is bent

/** Where a wire goes along that runs back, clear of the cards that are there; null for one that does not. */
export function roundOf(source: Point, target: Point, from: Point, to: Point, down: boolean, cards: readonly { position: Point }[]): number | null {
  const [along, across] = down ? (["y", "x"] as const) : (["x", "y"] as const);
  if (target[along] >= source[along]) return null;
  const [length, size] = down ? [CARD.height, CARD.width] : [CARD.width, CARD.height];
  const [low, high] = [target[along] - STUB, source[along] + STUB];
  const beside = cards.flatMap(({ position }) => (position[along] < high && position[along] + length > low ? [position[across]] : []));
  return clearCorridor(from[across], to[across], size, beside);
}

/** A wire from port to port, between cards whose corners are at `from` and `to`. One that runs back goes round the cards,
    along `round`. */
export function wayOf(source: Point, target: Point, from: Point, to: Point, down: boolean, again = 0, round: number | null = null): Way {
  const ends = {
    sourceX: source.x,
    sourceY: source.y,
    targetX: target.x,
    targetY: target.y,
    sourcePosition: down ? Position.Bottom : Position.Right,
    targetPosition: down ? Position.Top : Position.Left,
  };
  const back = down ? target.y < source.y : target.x < source.x;
  const aside = (again * APART) / 2;
  const between = (round ?? (down ? corridor(from.x, to.x, CARD.width) : corridor(from.y, to.y, CARD.height))) + aside;
  const center = down ? { centerX: between } : { centerY: between };
  const [path, x, y] = back ? getSmoothStepPath({ ...ends, ...center, borderRadius: 10 }) : again ? bent(source, target, down, again) : getBezierPath(ends);
  return { path, x, y, down, length: Math.hypot(target.x - source.x, target.y - source.y) };
}

/** As React Flow's curve, drawn aside in its middle. */
function bent(source: Point, target: Point, down: boolean, again: number): [path: string, x: number, y: number] {
  const aside = again * APART;
  const [middleX, middleY] = [(source.x + target.x) / 2, (source.y + target.y) / 2];
  const [a, b] = down
    ? [`${source.x + aside},${middleY}`, `${target.x + aside},${middleY}`]
    : [`${middleX},${source.y + aside}`, `${middleX},${target.y + aside}`];
  const path = `M${source.x},${source.y} C${a} ${b} ${target.x},${target.y}`;
  return down ? [path, middleX + 0.75 * aside, middleY] : [path, middleX, middleY + 0.75 * aside];
}

// Between cards that stand closer than this there is no room for the shape, and none under a card; the card says it too.
const LINE_HEIGHT = 24;
const LETTER = 7.5;

/** Where the shape stands that flows through a wire, and whether the wire is long enough for it. */
export function spotOfShape({ x, y, down, length }: Way, shape: string) {
  const width = shape.length * LETTER;
  const box = down ? { x: x + 8, y: y - 9, width, height: 18 } : { x: x - width / 2, y: y - 22, width, height: 18 };
  return { box, fits: length > (down ? LINE_HEIGHT : width) };
}

export interface Drawn extends Way {
  box: Box; // that it does not leave
}

interface Known {
  source: CardNode;
  target: CardNode;
  cards: readonly CardNode[] | null; // null for a wire that does not run back: others do not bend it
  drawn: Drawn | null;
}

const known = new WeakMap<WireEdge, Known>();

/** The way of a wire between cards as they stand, worked out again only when one of them moved, or any other where it runs back. */
export function drawnWire(edge: WireEdge, source: CardNode, target: CardNode, cards: readonly CardNode[] = []): Drawn | null {
  const before = known.get(edge);
  if (before?.source === source && before.target === target && (before.cards === null || before.cards === cards)) return before.drawn;
  const [drawn, runsBack] = draw(edge, source, target, cards);
  known.set(edge, { source, target, cards: runsBack ? cards : null, drawn });
  return drawn;
}

function draw(edge: WireEdge, source: CardNode, target: CardNode, cards: readonly CardNode[]): [drawn: Drawn | null, runsBack: boolean] {
  const from = endOf(source, "source", edge.sourceHandle);
  const to = endOf(target, "target", edge.targetHandle);
  if (!from || !to) return [null, false];
  const ends = [from, to, source.position, target.position, source.data.direction === "tb"] as const;
  const round = roundOf(...ends, cards);
  const way = wayOf(...ends, edge.data?.wire.again, round);
  const numbers = way.path.match(/-?\d+(\.\d+)?/g)!.map(Number); // a curve stays inside its points
  const [xs, ys] = [0, 1].map((axis) => numbers.filter((_, i) => i % 2 === axis));
  const [x, y] = [Math.min(...xs), Math.min(...ys)];
  return [{ ...way, box: { x, y, width: Math.max(...xs) - x, height: Math.max(...ys) - y } }, round !== null];
}

/** The outer edge of a port, where React Flow lets its wires begin. */
function endOf({ position, handles }: CardNode, type: "source" | "target", name: string | null | undefined): Point | null {
  const port = handles?.find((one) => one.type === type && one.id === name);
  if (!port) return null;
  const [width, height] = [port.width ?? 0, port.height ?? 0];
  const [x, y] = [position.x + port.x, position.y + port.y];
  switch (port.position) {
    case Position.Left:
      return { x, y: y + height / 2 };
    case Position.Right:
      return { x: x + width, y: y + height / 2 };
    case Position.Top:
      return { x: x + width / 2, y };
    case Position.Bottom:
      return { x: x + width / 2, y: y + height };
  }
}
