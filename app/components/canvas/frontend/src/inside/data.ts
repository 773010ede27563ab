// What Python tells the view of one node's inside. What is seen is asked by the view itself, from the run's route.
import type { Spot, Tile, Tints } from "../picture";

export type View = "maps" | "weights" | "top" | "attention" | "embedding" | "units";

export interface Data {
  path: string; // where the run is asked
  run: string;
  project: string;
  active: boolean; // it goes on
  step: number | null; // of the page's address; null for the newest
  node: string;
  views: View[];
  sums: boolean; // each number of it can be walked back to its window
  tints: Tints;
  note?: string; // that the network has changed since
}

export interface Numbered extends Tile {
  unit: number;
  norm?: number | null;
}

export interface Pictures {
  of: number; // how many there are; the strongest are told
  pictures: Numbered[];
}

/** How many samples each part has that can be looked at; one may be named by its row in the data, too. */
export type Counts = Record<"train" | "validation", number> & { row?: undefined };

export interface Planes extends Pictures {
  low: [number, number];
  high: [number, number];
}

export interface Maps extends Pictures {
  counts: Counts;
  shape: number[];
  layout: "maps" | "steps" | "units" | "names";
  names?: string[];
  words?: string[]; // of the steps
}

export interface Matrix extends Tile {
  name: string;
  shape: number[];
  of: [number, number];
  units: number[];
  inputs: number[];
  names: string[];
}

export interface Weights extends Partial<Pictures> {
  kind: "kernels" | "pixels" | "matrices";
  shape?: number[];
  channels?: number;
  unit?: number;
  matrices?: Matrix[];
}

export interface Channel {
  channel: number;
  input: (number | null)[]; // null over the edge
  kernel?: number[];
  products?: number[];
  sum?: number;
}

export interface Sum {
  window: number[];
  rows: number[][];
  channels: Channel[];
  others: { count: number; sum: number } | null;
  bias?: number;
  sum: number;
  activation: string;
  answer: number;
  best?: number; // the greatest of a pooling's window
  place: number[];
  unit: number;
  grid: number[]; // shapes of what comes in and of what the node gives
  gives: number[];
  input: Tile[];
  output: Tile | null;
}

export interface Seen {
  sample: string;
  number: number; // of its row in the data
  value: number;
  place: number[];
  image?: (number | [number, number, number])[][];
  text?: string;
  values?: (number | null)[];
  parts?: string[];
}

export interface Top {
  unit: number;
  of: number;
  part: string;
  looked: number;
  rows: number;
  mean: number;
  zero: number;
  samples: Seen[];
}

export interface AttentionMaps extends Pictures {
  counts: Counts;
  steps: [number, number];
  words: [string[], string[]];
}

export interface Vectors {
  of: number;
  size: number;
  names: string[];
  points: [number, number][];
  explained: [number, number];
  near: { name: string; nearest: [string, number][] }[];
  missing: string[];
}

/** The place along a grid's axes of a cell of its picture, in which slices lie side by side and a sequence is a row. */
export function placeOf({ row, column }: Spot, gives: number[]): number[] {
  const grid = gives.slice(0, -1);
  if (grid.length < 2) return grid.length ? [column] : [];
  if (grid.length === 2) return [row, column];
  return [Math.floor(column / grid[2]), row, column % grid[2]];
}

export const shown = (value: number | null | undefined): string => (value === null || value === undefined ? "–" : String(Number(value.toPrecision(3))));
