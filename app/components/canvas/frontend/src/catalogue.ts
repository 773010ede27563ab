// What the palette says about an operator, looked up by kind; a kind that it does not know still gets a card and the ports its wires name.
import type { Family, Graph, GraphNode, Operator, Palette, Ports } from "./graph";

export type { Ports };

export class Catalogue {
  readonly operators = new Map<string, Operator>();
  readonly families = new Map<string, Family>();

  constructor(readonly palette: Palette) {
    for (const operator of palette.operators) this.operators.set(operator.kind, operator);
    for (const family of palette.families) this.families.set(family.name, family);
  }

  title(kind: string): string {
    return this.operators.get(kind)?.title ?? "Unknown operator";
  }

  ports(node: GraphNode, graph: Graph): Ports {
    return node.ports ?? this.operators.get(node.kind) ?? portsOfWires(node.id, graph);
  }

  /** How people call a node: its operator and its own label. */
  name(node: GraphNode): string {
    return [this.title(node.kind), node.label].filter(Boolean).join(" ");
  }

  /** Why a wire between two nodes cannot be, by its code. */
  refusal(code: string, source: GraphNode, target: GraphNode): string {
    const names: Record<string, string> = { source: this.name(source), target: this.name(target) };
    return (this.palette.refusals[code] ?? "This wire cannot be.").replace(/\{(\w+)\}/g, (_, end: string) => names[end]);
  }
}

function portsOfWires(id: string, graph: Graph): Ports {
  const named = (names: string[], fallback: string) =>
    [...new Set(names.length ? names : [fallback])].map((name) => ({ name, many: true }));
  return {
    inputs: named(graph.wires.filter((wire) => wire.to === id).map((wire) => wire.to_port), "in"),
    outputs: named(graph.wires.filter((wire) => wire.from === id).map((wire) => wire.from_port), "out"),
  };
}
