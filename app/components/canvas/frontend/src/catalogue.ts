// What the palette says about an operator, looked up by kind; a kind that it does not know still gets a card and the ports its wires name.
import type { Block, Family, Graph, GraphNode, Operator, Palette, Ports } from "./graph";

export type { Ports };

export class Catalogue {
  readonly operators = new Map<string, Operator>();
  readonly families = new Map<string, Family>();

  constructor(
    readonly palette: Palette,
    readonly blocks: Record<string, Block> = {},
  ) {
    const all = [...palette.operators, ...Object.entries(blocks).map(([id, block]) => operatorOf(id, block))];
    for (const operator of all) this.operators.set(operator.kind, operator);
    for (const family of palette.families) this.families.set(family.name, family);
  }

  /** What may be put into a block, or with "" into the network itself: operators, and the document's blocks. */
  offered(where: string): Operator[] {
    return [...this.operators.values()].filter(({ offered, stands, block }) => {
      if (block !== undefined) return !where || !this.blocks[block].holds.includes(where);
      return offered !== false && stands !== (where ? "outside" : "inside");
    });
  }

  /** A node's title: its operator's, or of a use what the block is called. */
  titleOf({ kind, block }: Pick<GraphNode, "kind" | "block">): string {
    return (block !== undefined && this.blocks[block]?.name) || this.title(kind);
  }

  title(kind: string): string {
    return this.operators.get(kind)?.title ?? "Unknown operator";
  }

  ports(node: GraphNode, graph: Graph): Ports {
    return node.ports ?? this.operators.get(node.kind) ?? portsOfWires(node.id, graph);
  }

  /** How people call a node: its operator and its own label. */
  name(node: GraphNode): string {
    return [this.titleOf(node), this.labelOf(node)].filter(Boolean).join(" ");
  }

  /** A node's own label, where it says more than its title. */
  labelOf(node: Pick<GraphNode, "kind" | "block" | "label">): string {
    return node.block !== undefined && node.label.toLowerCase() === this.titleOf(node).toLowerCase() ? "" : node.label;
  }

  /** Why a wire between two nodes cannot be, by its code. */
  refusal(code: string, source: GraphNode, target: GraphNode): string {
    const names: Record<string, string> = { source: this.name(source), target: this.name(target) };
    return (this.palette.refusals[code] ?? "This wire cannot be.").replace(/\{(\w+)\}/g, (_, end: string) => names[end]);
  }
}

const USE = "Block";

/** A block of the document as the palette offers it. */
const operatorOf = (id: string, { name, uses, ports }: Block): Operator => ({
  kind: `${USE}:${id}`,
  title: name || "Block",
  keras: uses === 1 ? "1 use" : uses ? `${uses} uses` : "not used",
  family: "block",
  summary: uses ? "A block of this network. Used again, it is edited in one place." : "A block of this network that nothing uses now.",
  keywords: ["block"],
  block: id,
  ...ports,
});

/** What an edit adds for one of the palette. */
export const madeOf = ({ kind, block }: Operator): { kind: string; uses?: string } => (block === undefined ? { kind } : { kind: USE, uses: block });

function portsOfWires(id: string, graph: Graph): Ports {
  const named = (names: string[], fallback: string) =>
    [...new Set(names.length ? names : [fallback])].map((name) => ({ name, many: true }));
  return {
    inputs: named(graph.wires.filter((wire) => wire.to === id).map((wire) => wire.to_port), "in"),
    outputs: named(graph.wires.filter((wire) => wire.from === id).map((wire) => wire.from_port), "out"),
  };
}
