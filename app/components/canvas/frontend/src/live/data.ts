// What Python tells the live view.
import type { Run } from "../poller";

export interface NodeView {
  id: string;
  label: string;
  color: string;
  color_dark?: string; // on a dark page; the same colour if absent
}

export type Layout = Record<string, unknown>;

/** Points of two numbers, by class: what a decision boundary is drawn behind. */
export interface Plane {
  points: [number, number][];
  labels: number[]; // the class of each
  classes: string[];
  colors: string[];
}

export interface Data {
  run: string | null; // null: nothing was trained yet
  path: string;
  nodes: NodeView[]; // in the order of the network
  figures: { loss: { layout: Layout }; accuracy?: { layout: Layout } };
  compare: { run: string; name: string; path: string }[];
  empty: string;
  view: "watch" | "curves";
  name?: string; // of the run, for the legend beside others
  plane?: Plane | null;
  dropout?: boolean; // training values are measured with dropout on, and say so
}

export const runOf = (data: Data): Run | null => (data.run ? { id: data.run, path: data.path } : null);
