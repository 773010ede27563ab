// What a person chose to see of the plots. It outlives the component, so that a remount by Streamlit changes nothing.
import { Cell } from "../cell";
import type { Metric, Smoothing } from "./curves";

export interface Zoom {
  x?: [number, number];
  y?: [number, number];
}

export const choices = {
  smoothing: new Cell<Smoothing>("some"),
  log: { loss: new Cell(false), accuracy: new Cell(false) } satisfies Record<Metric, Cell<boolean>>,
  only: new Cell<Metric>("loss"), // where there is room for one plot
  zooms: new Map<string, Zoom>(), // by run and plot
  hidden: { loss: new Set<string>(), accuracy: new Set<string>() } satisfies Record<Metric, Set<string>>, // lines, by name
  pointed: new Cell<string | null>(null), // of the runs that are compared, that under the pointer
  enlarged: new Cell<string | null>(null), // the node whose activations are shown alone
};
