// What Python tells the live view.
import type { Target } from "../fold";
import type { Run } from "../poller";
import type { Band, Layout, Metric, RunLook } from "./plot";

export interface NodeView {
  id: string;
  label: string;
  color: string;
  color_dark?: string; // on a dark page; the same colour if absent
}

/** Points of two numbers, by class or with an amount each: what a network's answers are drawn behind. */
export interface Plane {
  points: [number, number][];
  labels: number[]; // the class of each
  values?: number[]; // or the amount
  span?: [number, number]; // that amounts lie in
  name?: string; // of the amount
  parts?: number[]; // which part of the data each is in: 0 training, 1 validation, 2 test
  classes: string[];
  colors: string[];
}

/** What a run was trained with, in words; and what the form says now, where that is another. */
export interface Setting {
  words: string;
  now: string | null;
}

/** Points that a person places in the plane, and where what is placed goes. rows: x, y and class of each. */
export interface Placed {
  project: string;
  target: Target;
  name: string;
  rows: number[][];
  most: number;
  least: number;
}

/** One of several runs that are shown together. */
export interface Comparand {
  run: string;
  name: string;
  path: string;
  active?: boolean;
  look: RunLook;
  quiet?: boolean; // without a name at its line
  nodes?: NodeView[]; // in the order of its network, where its layers are shown
  ends?: string[];
  plane?: Plane | null;
}

export interface Data {
  run: string | null; // null: nothing was trained yet
  path: string;
  active?: boolean; // whether it goes on
  commands?: string; // where something is asked of it
  more?: boolean; // it is over, and can go on for more epochs
  interrupted?: boolean; // it ended before its end, and can go on
  step?: number | null; // the step that the link leads to
  ends?: string[]; // the nodes that give their outputs to a loss
  nodes: NodeView[]; // in the order of the network
  layout: Layout; // of every plot
  metrics: Metric[]; // what is shown beside the loss, the first of them in a plot
  compare: Comparand[]; // all that are shown together
  bands?: Band[]; // those of them that differ in their seeds alone
  empty: string;
  view: "watch" | "curves" | "beside";
  settings?: Setting[]; // what the run was trained with
  plane?: Plane | null;
  points?: Placed | null; // where the data are of a person's own placing
  outdated?: string; // of the plane: why it is not that of the network as it is now
  advice?: string; // what to do where the run diverged
  dropout?: boolean; // training values are measured with dropout on, and say so
}

export const comparandRun = ({ run, path, active }: Comparand): Run => ({ id: run, path, active });

export const runOf = (data: Data): Run | null => (data.run ? { id: data.run, path: data.path, active: data.active } : null);
