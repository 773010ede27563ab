// What the panel is told by Streamlit, and what a network answers: graphbuilder/training/explained.py and questions/looking.py.

export interface Data {
  run: string | null;
  project: string;
  led: number; // how often the server led to a sample
  sample: string; // that the link leads to: "validation:17"
  path: string; // where its network is asked
  aside: string; // where what takes long is asked
  nodes: { id: string; label: string }[]; // whose representation can be seen, in order
  last: string; // the node that is shown first
  active: boolean;
  step: number | null; // that the link leads to
  steps: number[]; // whose weights were kept
  samples: number; // of the validation part
  methods: string[]; // of what takes long, that are there: "tsne", "umap"
  tints: [string, string]; // below and above zero
  colors: string[]; // of classes
  empty: string; // what to do where there is no run
}

export type Method = "occlusion" | "saliency" | "gradcam";

export interface Heat {
  kind: "map";
  field: string;
  values: number[][]; // rows of columns
  size: [number, number]; // of the picture
  thin: number; // pixels along a side of each value
  side?: number; // of the window that covered
  places?: number[]; // of the maps
}

export interface Bars {
  kind: "bars";
  field: string;
  names: string[];
  values: number[];
  given: string[];
}

export interface Words {
  kind: "words";
  field: string;
  words: string[];
  between: string;
  values: number[];
}

export interface Steps {
  kind: "steps";
  field: string;
  values: number[][]; // channels of steps, or one for all
  given: number[][];
  names: string[];
}

export interface Nothing {
  kind: "none";
  field: string;
  why: string;
}

export type Seen = (Heat | Bars | Words | Steps | Nothing) & { shown?: { picture?: string } };

export interface Explained {
  method: Method;
  step: number | null;
  outputs: { name: string; label: string }[];
  output: string;
  target: string;
  place: number;
  name: string;
  choices: string[];
  answer: number;
  is_share: boolean;
  node?: string;
  nodes?: { id: string; label: string }[];
  inputs: Seen[];
  means: string;
  found: string;
}

export interface Coloured {
  target: string;
  kind: "class" | "number";
  names: string[];
  values: (number | null)[];
}

export interface Placed {
  node: string;
  label: string;
  method: string;
  step: number | null;
  points: [number, number][];
  samples: number[]; // their places in the validation part
  of: number;
  width: number;
  shares: [number, number];
  colours: Coloured[];
}

export interface Pictured {
  sample: string;
  inputs: { field: string; picture?: string; text?: string; values?: Record<string, number | string> }[];
  right: string;
}
