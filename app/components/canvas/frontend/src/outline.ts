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

export function targetsOf(node: GraphNode, graph: Graph, catalogue: Catalogue): string {
  const names = graph.wires
    .filter((wire) => wire.from === node.id)
    .flatMap((wire) => graph.nodes.find((other) => other.id === wire.to) ?? [])
    .map((other) => catalogue.name(other));
  return names.length ? `; feeds ${names.join(" and ")}` : "";
}
