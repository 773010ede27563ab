// The units of a network of points in columns, and the weights between them: where each stands, and what each weight is called.
import type { Units } from "./live/record";

export interface Column {
  id: string; // of the node
  shown: number; // units that have a picture
  count: number; // units in all
  weighs: boolean; // what comes in
}

export interface Place {
  x: number; // of the picture's middle
  y: number;
}

/** One weight, from the unit of one column to that of the next. */
export interface Link {
  name: string; // by which it is set
  from: { node: string; unit: number };
  to: { node: string; unit: number };
  weight: number;
}

interface Wire {
  from: string;
  to: string;
}

/** The nodes that weigh what comes in, and what comes into them, from left to right. order: of the network's nodes. */
export function columnsOf(units: Units, wires: readonly Wire[], order: readonly string[]): Column[] {
  const weights = units.weights ?? {};
  const fed = (id: string) => wires.some(({ from, to }) => from === id && to in weights);
  return order.filter((id) => id in units.nodes && (id in weights || fed(id))).map((id) => ({ id, shown: units.nodes[id].length, count: units.counts[id], weighs: id in weights }));
}

/** All weights between units that are shown. */
export function linksOf(units: Units, wires: readonly Wire[], columns: readonly Column[]): Link[] {
  const shown = new Map(columns.map((column) => [column.id, column]));
  return wires.flatMap(({ from, to }) => {
    const [source, target] = [shown.get(from), shown.get(to)];
    const kernel = units.weights?.[to]?.kernel;
    if (!source || !target || !kernel) return [];
    return Array.from({ length: source.shown * target.shown }, (_, i) => {
      const [input, unit] = [Math.floor(i / target.shown), i % target.shown];
      return { name: `${to}.kernel.${input}.${unit}`, from: { node: from, unit: input }, to: { node: to, unit }, weight: kernel[input * target.count + unit] ?? 0 };
    });
  });
}

export interface Room {
  width: number;
  height: number;
}

const MOST = 48; // pixels of a picture's side
const GAP = 5;
const EDGE = 58; // at the sides
const NAMED = 84; // at the left, where what goes in has names beside it
const TOP = 60; // for what stands over the columns
const FOOT = 64; // for the row of tools

/** How large a picture is, and where each stands, by "node unit". isNamed: names stand at the left of the first. */
export function placesOf(columns: readonly Column[], { width, height }: Room, isNamed = false): { side: number; at: Map<string, Place>; x: number[] } {
  const most = Math.max(1, ...columns.map(({ shown }) => shown));
  const high = height - TOP - FOOT;
  const left = isNamed ? NAMED : EDGE;
  const side = Math.max(10, Math.min(MOST, high / most - GAP, (width - left) / (2 * Math.max(1, columns.length))));
  const step = columns.length > 1 ? (width - left - EDGE) / (columns.length - 1) : 0;
  const x = columns.map((_, i) => left + i * step);
  const at = new Map<string, Place>();
  columns.forEach(({ id, shown }, i) => {
    const first = TOP + (high - shown * (side + GAP) + GAP) / 2 + side / 2;
    for (let unit = 0; unit < shown; unit++) at.set(`${id} ${unit}`, { x: x[i], y: first + unit * (side + GAP) });
  });
  return { side, at, x };
}

/** How broad a weight's line is, beside the largest of all. */
export const breadthOf = (weight: number, largest: number): number => 0.5 + (4.5 * Math.abs(weight)) / Math.max(largest, 1e-9);
