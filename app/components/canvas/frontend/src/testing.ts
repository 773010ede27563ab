// Small networks and a small palette for the tests. The operators are made up: the canvas knows none.
import { Catalogue } from "./catalogue";
import type { Graph, Operator, Palette, Wire } from "./graph";
import type { Whole } from "./news";
import type { Data } from "./session";

export const wire = (from: string, to: string, to_port = "in", from_port = "out"): Wire => ({ from, from_port, to, to_port });

/** Nodes of kind Alpha, a card's width and more apart. */
export const graphOf = (ids: string[], wires: [string, string][] = []): Graph => ({
  nodes: ids.map((id, i) => ({ id, kind: "Alpha", label: id, x: i * 320, y: 0 })),
  wires: wires.map(([from, to]) => wire(from, to)),
});

const operator = (kind: string, rest: Partial<Operator> = {}): Operator => ({
  kind,
  title: kind,
  keras: kind,
  family: "first",
  summary: "",
  keywords: [],
  inputs: [{ name: "in" }],
  outputs: [{ name: "out" }],
  ...rest,
});

export const PALETTE: Palette = {
  families: [{ name: "first", title: "First family", color: "#0072b2", color_dark: "#56b4e9", icon: "M4 4h16" }],
  operators: [
    operator("Alpha", { title: "Plain alpha", keywords: ["ordinary"], summary: "Passes everything on." }),
    operator("Beta", { title: "Gather", keras: "Beta", inputs: [{ name: "in", many: true }], summary: "Takes any number of wires." }),
    operator("Source", { inputs: [] }),
    operator("Sink", { outputs: [] }),
    operator("Gap", { offered: false, replaced: true }),
  ],
  refusals: {
    itself: "{source} cannot feed itself.",
    twice: "These two are wired already.",
    taken: "{target} takes one wire here, and has it. Delete that one first.",
    circle: "This would close a circle: {target} already leads to {source}.",
  },
};

export const catalogue = new Catalogue(PALETTE);

type All = Extract<Data, Whole>;

/** doc: the network itself, beside which there is no block. */
export const dataOf = ({ doc, ...rest }: Partial<All> & { doc?: Graph } = {}): All => ({
  id: "doc",
  epoch: "e1",
  boot: "",
  rev: 1,
  acks: {},
  level: "",
  levels: { "": doc ?? graphOf(["a", "b"], [["a", "b"]]) },
  blocks: {},
  notes: {},
  palette: PALETTE,
  ...rest,
});
