// The way of a wire on the canvas: one curve for the element that is under the hand and for the paint that stands for it.
import { getBezierPath, getSmoothStepPath, Position } from "@xyflow/react";
import type { Box } from "./faultSpot";
import { Columns, type Place, passage, sizeIn } from "./passage";
import { clearCorridor } from "./place";
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

/** A card, as far as wires lead past it. */
export interface Passed {
  position: Point;
  dragging?: boolean;
}

/** A wire from port to port, between cards whose corners are at `from` and `to`. One that runs back goes round the cards that are
    there, and one that would run over them goes through their gaps. A card in the hand is in nobody's way. */
export function wayOf(source: Point, target: Point, from: Point, to: Point, down: boolean, again: number, cards: readonly Passed[]): Way {
  const ends = {
    sourceX: source.x,
    sourceY: source.y,
    targetX: target.x,
    targetY: target.y,
    sourcePosition: down ? Position.Bottom : Position.Right,
    targetPosition: down ? Position.Top : Position.Left,
  };
  const length = Math.hypot(target.x - source.x, target.y - source.y);
  if (down ? target.y < source.y : target.x < source.x) {
    const round = roundOf(source, target, from, to, down, columnsOf(cards, down)) + (again * APART) / 2;
    const [path, x, y] = getSmoothStepPath({ ...ends, ...(down ? { centerX: round } : { centerY: round }), borderRadius: 10 });
    return { path, x, y, down, length };
  }
  const points = passage(turned(source, down), turned(target, down), columnsOf(cards, down), 0.75 * again * APART);
  if (points.length > 2) return { ...led(points, down), down, length };
  const [path, x, y] = again ? bent(source, target, down, again) : getBezierPath(ends);
  return { path, x, y, down, length };
}

/** Where a wire goes along that runs back, clear of the cards that are there. */
function roundOf(source: Point, target: Point, from: Point, to: Point, down: boolean, columns: Columns): number {
  const [along, across] = down ? (["y", "x"] as const) : (["x", "y"] as const);
  const beside = columns.between(target[along] - STUB, source[along] + STUB).map((card) => card[1]);
  return clearCorridor(from[across], to[across], columns.size.across, beside);
}

/** Along and across the network. */
const turned = ({ x, y }: Point, down: boolean): Place => (down ? [y, x] : [x, y]);

const columns = new WeakMap<readonly Passed[], Columns>();
let latest: Columns | null = null;

/** The cards by their column, the very same as before where none that rests stands elsewhere: every wire asks, and goes the way that it
    went for as long as they are. */
function columnsOf(cards: readonly Passed[], down: boolean): Columns {
  const { along } = sizeIn(down ? "tb" : "lr");
  const known = columns.get(cards);
  if (known?.size.along === along) return known;
  const resting = cards.filter(({ dragging }) => !dragging).map(({ position }) => turned(position, down));
  const isSame = latest?.size.along === along && latest.cards.length === resting.length && latest.cards.every(([x, y], i) => x === resting[i][0] && y === resting[i][1]);
  const found = isSame ? latest! : new Columns(resting, sizeIn(down ? "tb" : "lr"));
  columns.set(cards, found);
  return (latest = found);
}

/** A wire through these points; its middle is that of its longest piece. */
function led(points: Place[], down: boolean): { path: string; x: number; y: number } {
  const at = ([along, across]: Place) => (down ? `${across},${along}` : `${along},${across}`);
  let path = `M${at(points[0])}`;
  let [longest, middle]: [number, Place] = [-1, points[0]];
  for (const [i, end] of points.entries()) {
    if (!i) continue;
    const start = points[i - 1];
    const half = (start[0] + end[0]) / 2;
    path += start[1] === end[1] ? ` L${at(end)}` : ` C${at([half, start[1]])} ${at([half, end[1]])} ${at(end)}`;
    if (end[0] - start[0] > longest) [longest, middle] = [end[0] - start[0], [half, (start[1] + end[1]) / 2]];
  }
  const [x, y] = down ? [middle[1], middle[0]] : middle;
  return { path, x, y };
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
  columns: Columns;
  drawn: Drawn | null;
}

const known = new WeakMap<WireEdge, Known>();

/** The way of a wire between cards as they stand, the very same as before where no card that moved has to do with it. */
export function drawnWire(edge: WireEdge, source: CardNode, target: CardNode, cards: readonly CardNode[]): Drawn | null {
  const before = known.get(edge);
  const columns = columnsOf(cards, source.data.direction === "tb");
  if (before?.source === source && before.target === target && before.columns === columns) return before.drawn;
  const drawn = draw(edge, source, target, cards, before?.drawn);
  known.set(edge, { source, target, columns, drawn });
  return drawn;
}

function draw(edge: WireEdge, source: CardNode, target: CardNode, cards: readonly CardNode[], before: Drawn | null | undefined): Drawn | null {
  const from = endOf(source, "source", edge.sourceHandle);
  const to = endOf(target, "target", edge.targetHandle);
  if (!from || !to) return null;
  const way = wayOf(from, to, source.position, target.position, source.data.direction === "tb", edge.data?.wire.again ?? 0, cards);
  if (before?.path === way.path) return before;
  const points = pointsOf(way.path);
  const [xs, ys] = [points.map(([x]) => x), points.map(([, y]) => y)];
  const [x, y] = [Math.min(...xs), Math.min(...ys)];
  return { ...way, box: { x, y, width: Math.max(...xs) - x, height: Math.max(...ys) - y } };
}

/** Its points, inside which a path stays. */
export function pointsOf(path: string): Place[] {
  const numbers = path.match(/-?\d+(\.\d+)?/g)!.map(Number);
  return Array.from({ length: numbers.length / 2 }, (_, i) => [numbers[2 * i], numbers[2 * i + 1]] as const);
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
