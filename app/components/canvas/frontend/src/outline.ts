// The network in words, for screen readers: each node's sentence, in the order in which data flow.
import type { Catalogue } from "./catalogue";
import type { Graph, GraphNode } from "./graph";
import type { Note } from "./stores";

export function sentenceOf(node: GraphNode, catalogue: Catalogue, note: Note | undefined): string {
  return [
    catalogue.name(node),
    note?.shape && `output ${note.shape.replace(/\s*[×x]\s*/g, " by ")}`,
    note?.parameters,
    note?.fault && `${note.fault.severity}: ${note.fault.text}`,
  ]
    .filter(Boolean)
    .join(", ");
}

/** The nodes that each node feeds. */
export function targetsIn(graph: Graph): Map<string, GraphNode[]> {
  const known = new Map(graph.nodes.map((node) => [node.id, node]));
  const targets = new Map<string, GraphNode[]>();
  for (const { from, to } of graph.wires) {
    const target = known.get(to);
    if (!target) continue;
    const others = targets.get(from);
    if (others) others.push(target);
    else targets.set(from, [target]);
  }
  return targets;
}

export function feeds(targets: GraphNode[] | undefined, catalogue: Catalogue): string {
  return targets ? `; feeds ${targets.map((one) => catalogue.name(one)).join(" and ")}` : "";
}
