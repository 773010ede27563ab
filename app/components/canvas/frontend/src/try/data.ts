// What Python tells the Try panel, and what the run's network answers.
import type { Smalls } from "../tries";

export interface Data {
  run: string;
  path: string; // where questions are asked
  project: string;
  active: boolean; // the training goes on: the newest weights answer
  title: string;
  sample: string; // of the address, as in "validation:0"
  led: number; // grows when the page is to turn to that sample
  step: number | null; // of the address
  colors: string[]; // of the classes, in order
}

export interface Part {
  name: string;
  low: number;
  middle: number;
  high: number;
  whole: boolean;
  missing: boolean; // may be left out
  type: string; // of a table's column; a date is in days since 1970
}

/** Of a series. */
export interface Line {
  name: string;
  low: number;
  high: number;
  whole: boolean;
}

export interface Words {
  name: string;
  choices: string[];
}

export type Entry = { name: string; node: string; label: string; field: string } & (
  | { way: "picture"; picture: [number, number, number]; draws: boolean; dark: boolean }
  | { way: "numbers" | "point"; parts: Part[] }
  | { way: "words"; parts: Words[] }
  | { way: "text" }
  | { way: "series"; steps: number; lines: Line[] }
  | { way: "sample" }
);

export interface Entries {
  inputs: Entry[];
  samples: Record<"train" | "validation", number>;
  drops: boolean;
}

export interface Fed {
  picture?: string;
  values?: Record<string, number | string | null>;
  text?: string;
  series?: (number | null)[][]; // a line each
}

/** A class for each place, a byte each as base64. */
export interface ClassMap {
  height: number;
  width: number;
  classes: string;
}

export interface Output {
  name: string;
  label: string;
  target: string;
  kind: "classes" | "names" | "values" | "places" | "picture" | "numbers";
  bars?: [string, number | null][];
  picture?: string;
  of?: number;
  low?: number;
  high?: number;
  right?: (string | number | null)[];
  map?: ClassMap;
  right_map?: ClassMap;
  classes?: string[]; // of the places, by number
}

export interface Answer {
  step: number | null;
  sample: { part: "train" | "validation"; index: number; row: number; number: number } | null; // number: of its row in the source
  notes: string[];
  inputs: Record<string, Fed>;
  outputs: Output[];
  nodes: Smalls;
}

export interface Spread {
  times: number;
  outputs: { name: string; kind: string; said?: Record<string, number>; bars: { name: string; mean: number; spread: number; answers: (number | null)[] }[] }[];
}

/** now, along: numbers over the range, or words of a category, those that most rows have first. of: words that there are. */
export interface Moved {
  now: number | string;
  along: (number | string)[];
  of?: number;
  outputs: { name: string; target: string; kind: string; curves: { name: string; place: number; values: (number | null)[] }[] }[];
}

export interface Surface {
  low: [number, number];
  high: [number, number];
  size: number;
  cells: number[]; // the likeliest class of each cell from the lowest up, or an amount
  sure: number[]; // how sure, or how much of the range, from 0 to 100
  kind: "classes" | "values";
}
