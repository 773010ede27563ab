// Which wires can be drawn at all. Only structure is judged here; whether shapes fit is Python's business, and such a wire is
// drawn and marked. Each refusal is the sentence shown beside the cursor, in the words that Python refuses it with, too.
import type { Catalogue } from "./catalogue";
import { type Graph, type GraphNode, type Wire, sameWire, wireId } from "./graph";

export type PortSide = "source" | "target";

export const sameDirection = (side: PortSide) =>
  side === "source"
    ? "Both are outputs. A wire runs from an output to an input."
    : "Both are inputs. A wire runs from an output to an input.";

/** Why a wire cannot be, or null. `moving` is the wire whose end is being dragged elsewhere. */
export function refusal(graph: Graph, catalogue: Catalogue, wire: Wire, moving?: Wire): string | null {
  const source = graph.nodes.find((node) => node.id === wire.from);
  const target = graph.nodes.find((node) => node.id === wire.to);
  if (!source || !target) return "One end of this wire is gone.";
  const refused = (code: string) => catalogue.refusal(code, source, target);
  if (source === target) return refused("itself");
  const wires = graph.wires.filter((other) => !moving || !sameWire(other, moving));
  const port = catalogue.ports(target, graph).inputs.find((input) => input.name === wire.to_port);
  if (!port?.many && wires.some((other) => sameWire(other, wire))) return refused("twice");
  if (!port?.many && wires.some((other) => other.to === wire.to && other.to_port === wire.to_port)) {
    return refused("taken");
  }
  return reaches(wires, wire.to, wire.from) ? refused("circle") : null;
}

/** The wire with a number that no other between its two ports has: a value may come to one port more than once. */
export function apart(wires: Wire[], { again: _, ...wire }: Wire): Wire {
  const ids = new Set(wires.map(wireId));
  for (let again = 0; ; again++) {
    const one = again ? { ...wire, again } : wire;
    if (!ids.has(wireId(one))) return one;
  }
}

export function reaches(wires: Wire[], from: string, to: string): boolean {
  const targets = new Map<string, string[]>();
  for (const wire of wires) {
    const list = targets.get(wire.from);
    if (list) list.push(wire.to);
    else targets.set(wire.from, [wire.to]);
  }
  const seen = new Set([from]);
  const stack = [from];
  while (stack.length) {
    const id = stack.pop()!;
    if (id === to) return true;
    for (const next of targets.get(id) ?? []) {
      if (seen.has(next)) continue;
      seen.add(next);
      stack.push(next);
    }
  }
  return false;
}

/** Every wire that may start at a node's outputs, for choosing one by keyboard. */
export function possibleWires(graph: Graph, catalogue: Catalogue, source: GraphNode): Wire[] {
  return catalogue.ports(source, graph).outputs.flatMap((output) =>
    graph.nodes.flatMap((target) =>
      catalogue
        .ports(target, graph)
        .inputs.map((input) => ({ from: source.id, from_port: output.name, to: target.id, to_port: input.name }))
        .filter((wire) => refusal(graph, catalogue, wire) === null),
    ),
  );
}

/** The wire that dropping one on a card's body means: the first free port on the other side. */
export function wireToCard(graph: Graph, catalogue: Catalogue, end: { node: string; port: string; side: PortSide }, card: GraphNode) {
  const ports = catalogue.ports(card, graph);
  const wires: Wire[] =
    end.side === "source"
      ? ports.inputs.map((input) => ({ from: end.node, from_port: end.port, to: card.id, to_port: input.name }))
      : ports.outputs.map((output) => ({ from: card.id, from_port: output.name, to: end.node, to_port: end.port }));
  const wire = wires.find((one) => refusal(graph, catalogue, one) === null);
  return { wire, reason: wire || !wires.length ? null : refusal(graph, catalogue, wires[0]) };
}
