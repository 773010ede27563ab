// What leads to some nodes, and what depends on them.
import { type Graph, type Wire, wireId } from "./graph";

export type Ways = "both" | "before" | "behind";

/** Where a wire is: before what is lit, so that it leads there, or behind it. */
export type Side = "before" | "behind";

export interface Lit {
  graph: Graph;
  of: string[];
  ways: Ways;
  nodes: ReadonlySet<string>; // these and those that are lit with them
  wires: ReadonlyMap<string, Side>; // along which one comes to them
  before: number; // how many lead to them
  behind: number; // and depend on them
}

export function lineage(graph: Graph, of: string[], ways: Ways): Lit {
  const nodes = new Set(of);
  const wires = new Map<string, Side>();
  const before = ways === "behind" ? 0 : walk(byEnd(graph, "to"), "from", "before");
  const behind = ways === "before" ? 0 : walk(byEnd(graph, "from"), "to", "behind");
  return { graph, of, ways, nodes, wires, before, behind };

  function walk(wiresAt: Map<string, Wire[]>, next: "from" | "to", side: Side): number {
    const reached = new Set(of);
    for (const id of reached) { // grows
      for (const wire of wiresAt.get(id) ?? []) {
        wires.set(wireId(wire), side);
        reached.add(wire[next]);
      }
    }
    for (const id of reached) nodes.add(id);
    return reached.size - of.length;
  }
}

/** What is lit of a network that has changed; null where none of the nodes is there any more. */
export function litAgain(lit: Lit, graph: Graph): Lit | null {
  if (lit.graph === graph) return lit;
  const there = new Set(graph.nodes.map(({ id }) => id));
  const of = lit.of.filter((id) => there.has(id));
  return of.length ? lineage(graph, of, lit.ways) : null;
}

function byEnd(graph: Graph, end: "from" | "to"): Map<string, Wire[]> {
  const found = new Map<string, Wire[]>();
  for (const wire of graph.wires) {
    const others = found.get(wire[end]);
    if (others) others.push(wire);
    else found.set(wire[end], [wire]);
  }
  return found;
}

export const LIT = { before: "var(--lit-before)", behind: "var(--lit-behind)" } as const;

/** "3 nodes lead to it; ", "12 depend on it.": of which side each part tells. */
export function parts({ of, ways, before, behind }: Lit, name: string): [Side, string][] {
  const it = of.length > 1 ? "them" : name;
  const leads = before === 1 ? `1 node leads to ${it}` : `${before || "No"} nodes lead to ${it}`;
  const count = behind === 1 ? "1 node depends" : `${behind || "No"} nodes depend`;
  if (ways === "before") return [["before", `${leads}.`]];
  if (ways === "behind") return [["behind", `${count} on ${it}.`]];
  return [["before", `${leads}; `], ["behind", `${behind === 1 ? "1 depends" : `${behind || "none"} depend`} on ${of.length > 1 ? "them" : "it"}.`]];
}

export const told = (lit: Lit, name: string): string => parts(lit, name).map(([, words]) => words).join("");
