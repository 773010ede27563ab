// What a person chose to see of the plots. It outlives the component, so that a remount by Streamlit changes nothing.
import { Cell } from "../cell";
import type { Smoothing } from "./plot";
import type { Seen } from "./seen";

export interface Zoom {
  x?: [number, number];
  y?: [number, number];
}

export const choices = {
  smoothing: new Cell<Smoothing>("some"),
  log: new Cell(false), // of the loss
  rate: new Cell(false), // the learning rate, over the loss
  only: new Cell<"loss" | "metric">("loss"), // where there is room for one plot
  metric: new Cell<string | null>(null), // what the other plot shows; the first of all if null
  zooms: new Map<string, Zoom>(), // by run and plot
  hidden: { loss: new Set<string>(), metric: new Set<string>() }, // lines, by name
  pointed: new Cell<string | null>(null), // of the runs that are compared, that under the pointer
  seen: new Cell<Seen>("activations"), // of every layer
  discrete: new Cell(false), // of the plane: the likeliest class alone, however sure it is
  validation: new Cell(false), // of the plane: the points of the validation part alone
  placed: new Cell(0), // of the plane: the class of the points that are placed
  enlarged: new Cell<string | null>(null), // the node that is shown alone
};
