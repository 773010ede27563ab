// What plots are made of: a score, its lines and where they lie, in the look of a run.
import type { RunRecord } from "./record";

/** What a plot shows: what it is called in the records, its title, and whether it is a share, read in per cent. */
export interface Metric {
  key: string;
  title: string;
  share: boolean;
}

export const LOSS: Metric = { key: "loss", title: "Loss", share: false };

export const isLoss = ({ key }: Metric) => key === LOSS.key;

export type Smoothing = "off" | "some" | "much";

export interface Line extends Record<string, unknown> {
  name: string;
  x: number[];
  y: (number | null)[];
}

export type Points = Pick<Line, "x" | "y">;

export const NONE: Points = { x: [], y: [] };

export interface RunLook {
  color: string;
  color_dark: string;
  dash: string; // empty: solid
}

/** Runs that differ in their seeds alone, with their mean and spread. look: null in the ink of the page. */
export interface Band {
  name: string;
  look: RunLook | null;
  runs: string[];
}

export type Layout = Record<string, unknown>;

/** What a plot shows; it is read again when there are new numbers. */
export interface Drawing {
  key: string; // of its zoom
  metric: Metric;
  lines(): Line[];
  points(): Points[]; // the numbers of the lines, in their order
  reach(): number; // of the axis of epochs
  range?(): [number, number]; // of the other axis, in powers of ten where it is logarithmic; without it Plotly finds one
}

/** Where the plot's lines are: the box between its axes in pixels, and what the axes reach over. */
export interface Frame {
  left: number;
  top: number;
  width: number;
  height: number;
  x: [number, number];
  y: [number, number];
}

export function epochLine(record: RunRecord | undefined, metric: string): Points {
  const known = (record?.epochs ?? []).filter(({ metrics }) => metrics[metric] !== undefined);
  return { x: known.map(({ number }) => number), y: known.map(({ metrics }) => metrics[metric]) };
}
