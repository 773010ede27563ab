// The network as the canvas sees it: nodes with a place, wires from port to port, and what the palette says about operators.

export interface GraphNode {
  id: string;
  kind: string;
  label: string;
  x: number;
  y: number;
  /** Where its parameters say which ports it has. */
  ports?: Ports;
  /** The block that it uses. */
  block?: string;
  /** How often in a row. */
  times?: number;
  /** The node whose layer it applies again. */
  shares?: string;
  frozen?: boolean;
}

/** A port's title is what people call it, where that is not its name. */
export interface Ports {
  inputs: { name: string; many?: boolean; title?: string }[];
  outputs: { name: string; title?: string }[];
}

export interface Wire {
  from: string;
  from_port: string;
  to: string;
  to_port: string;
  /** Which of several wires between the same two ports it is, where one value comes more than once. */
  again?: number;
}

export interface Graph {
  nodes: GraphNode[];
  wires: Wire[];
}

/** Every level of a document: by the block that it is in, "" for the network itself. */
export type Levels = Record<string, Graph>;

/** A block of the document. uses: how many nodes use it, wherever they stand. */
export interface Block {
  name: string;
  uses: number;
  ports: Ports;
  holds: string[]; // the blocks in it, however deep, and itself
}

/** Which way a network runs: left to right or top to bottom. */
export type Direction = "lr" | "tb";
/** The upper left corner of each node's card. */
export type Places = Record<string, [number, number]>;

export interface Family {
  name: string;
  title: string;
  color: string;
  color_dark: string;
  icon: string;
}

export interface Operator {
  kind: string;
  title: string;
  keras: string;
  family: string;
  summary: string;
  /** Left out for one that is offered. */
  offered?: boolean;
  /** Left out for one that may stand anywhere. */
  stands?: "outside" | "inside";
  /** Of one whose place an operator takes that is dropped on it. */
  replaced?: boolean;
  /** The block that it stands for, of one that the document has. */
  block?: string;
  keywords: string[];
  inputs: { name: string; many?: boolean; title?: string }[];
  outputs: { name: string; title?: string }[];
}

export interface Palette {
  families: Family[];
  operators: Operator[];
  /** Why a wire cannot be, by code; {source} and {target} stand for the names of its nodes. */
  refusals: Record<string, string>;
}

export const EMPTY_GRAPH: Graph = { nodes: [], wires: [] };

// Cards have one size, so that a network is laid out before anything is measured and an answer of the server moves nothing.
export const CARD = { width: 220, height: 120 };
export const GRID = 20;

export const wireId = (wire: Wire) => `${wire.from}.${wire.from_port}>${wire.to}.${wire.to_port}${wire.again ? `#${wire.again}` : ""}`;
export const portKey = (node: string, side: string, port: string) => `${node} ${side} ${port}`;
export const sameWire = (a: Wire, b: Wire) => wireId(a) === wireId(b);
export const onGrid = (value: number) => Math.round(value / GRID) * GRID;

/** Nodes from sources to losses; nodes on a circle come last, in the order of the document. */
export function inOrder(graph: Graph): GraphNode[] {
  const byId = new Map(graph.nodes.map((node) => [node.id, node]));
  const waiting = new Map(graph.nodes.map((node) => [node.id, 0]));
  const targets = new Map<string, string[]>();
  for (const { from, to } of graph.wires) {
    if (!byId.has(from) || !byId.has(to)) continue;
    waiting.set(to, waiting.get(to)! + 1);
    targets.set(from, [...(targets.get(from) ?? []), to]);
  }
  const ready = graph.nodes.filter((node) => waiting.get(node.id) === 0);
  const sorted: GraphNode[] = [];
  while (ready.length) {
    const node = ready.shift()!;
    sorted.push(node);
    for (const target of targets.get(node.id) ?? []) {
      waiting.set(target, waiting.get(target)! - 1);
      if (waiting.get(target) === 0) ready.push(byId.get(target)!);
    }
  }
  const seen = new Set(sorted.map((node) => node.id));
  return [...sorted, ...graph.nodes.filter((node) => !seen.has(node.id))];
}
