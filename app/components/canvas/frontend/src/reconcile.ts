// Brings React Flow's lists up to date with the network without touching what the person is doing: selection, a card being
// dragged, and every card and wire that did not change stay the very same objects.
import type { Edge, Node, NodeChange } from "@xyflow/react";
import type { Catalogue, Ports } from "./catalogue";
import { handlesOf } from "./ports";
import { CARD, type Direction, type Graph, type Wire, wireId } from "./graph";

export type CardNode = Node<{ kind: string; label: string; ports: Ports; direction: Direction; block?: string; times?: number; frozen?: boolean }, "card">;
export type WireEdge = Edge<{ wire: Wire }, "wire">;

/** The wire that React Flow's connection stands for. */
export const wireOf = ({ source, sourceHandle, target, targetHandle }: Pick<WireEdge, "source" | "sourceHandle" | "target" | "targetHandle">): Wire => ({
  from: source,
  from_port: sourceHandle ?? "",
  to: target,
  to_port: targetHandle ?? "",
});

export function reconcileNodes(previous: CardNode[], graph: Graph, catalogue: Catalogue, direction: Direction): CardNode[] {
  const old = new Map(previous.map((node) => [node.id, node]));
  const next = graph.nodes.map((node): CardNode => {
    const before = old.get(node.id);
    const ports = catalogue.ports(node, graph);
    const { kind, label, block, times, frozen } = node;
    const data = { kind, label, ports, direction, block, times, frozen };
    if (!before) return { id: node.id, type: "card", position: { x: node.x, y: node.y }, ...CARD, measured: CARD, handles: handlesOf(ports, direction), data };
    const kept = sameData(before.data, data) ? before.data : data;
    const stays = before.dragging || (before.position.x === node.x && before.position.y === node.y);
    if (kept === before.data && stays) return before;
    const handles = kept === before.data ? before.handles : handlesOf(ports, direction);
    return { ...before, data: kept, handles, position: stays ? before.position : { x: node.x, y: node.y } };
  });
  return sameList(previous, next) ? previous : next;
}

/** React Flow changes the cards that stand as elements. Those that are painted take part in a selection and its drag: `several` says
    whether what is selected is added to what was. */
export function withPainted(changes: NodeChange<CardNode>[], before: CardNode[], now: CardNode[], standing: CardNode[], several: boolean): CardNode[] {
  const isStanding = new Set(standing.map(({ id }) => id));
  const replaced = !several && changes.some(({ type }) => type === "select");
  const drag = changes.find((change) => change.type === "position" && change.dragging !== undefined);
  const [was, is] = [before, now].map((all) => (drag && "id" in drag ? all.find(({ id }) => id === drag.id) : undefined));
  const by = was?.selected && is ? { x: is.position.x - was.position.x, y: is.position.y - was.position.y } : null;
  if (!replaced && !by) return now;
  return now.map((node) => {
    if (isStanding.has(node.id) || !node.selected) return node;
    if (replaced) return { ...node, selected: false };
    return { ...node, dragging: is!.dragging, position: { x: node.position.x + by!.x, y: node.position.y + by!.y } };
  });
}

export function reconcileEdges(previous: WireEdge[], graph: Graph): WireEdge[] {
  const old = new Map(previous.map((edge) => [edge.id, edge]));
  const next = graph.wires.map((wire): WireEdge => {
    const id = wireId(wire);
    return (
      old.get(id) ?? {
        id,
        type: "wire",
        source: wire.from,
        sourceHandle: wire.from_port,
        target: wire.to,
        targetHandle: wire.to_port,
        data: { wire },
      }
    );
  });
  return sameList(previous, next) ? previous : next;
}

const sameList = <T>(a: T[], b: T[]) => a.length === b.length && a.every((item, i) => item === b[i]);

function sameData(a: CardNode["data"], b: CardNode["data"]): boolean {
  const same = a.kind === b.kind && a.label === b.label && a.direction === b.direction && a.block === b.block && a.times === b.times && a.frozen === b.frozen;
  return same && samePorts(a.ports, b.ports);
}

function samePorts(a: Ports, b: Ports): boolean {
  const named = ({ name, title }: { name: string; title?: string }) => [name, title];
  const names = (ports: Ports) => JSON.stringify([ports.inputs.map(named), ports.outputs.map(named)]);
  return a === b || names(a) === names(b);
}
