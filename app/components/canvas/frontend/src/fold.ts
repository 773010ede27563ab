// What an edit does to the network, so that the screen shows it in the next frame, before Python has answered.
import { type Graph, type Levels, type Ports, type Wire, sameWire } from "./graph";

/** where: the block that it is made within; of the network itself it is left out. */
export type Edit = Change & { where?: string };

type Change =
  | { op: "add"; id: string; kind: string; x: number; y: number; wire?: Wire; uses?: string } // uses: of a use, the block
  | { op: "stand in"; id: string; kind: string; uses?: string } // in the place of a placeholder
  | { op: "move"; at: Record<string, [number, number]> }
  | { op: "connect"; wire: Wire }
  | { op: "reconnect"; old: Wire; wire: Wire }
  | { op: "delete"; nodes: string[]; wires: Wire[]; heal: boolean }
  | { op: "duplicate"; copies: Record<string, string>; dx: number; dy: number }
  | { op: "copy"; source: string; copies: Record<string, string>; dx: number; dy: number } // from another level
  | { op: "group"; nodes: string[]; block: string; use: string }
  | { op: "ungroup"; id: string }
  | { op: "unique"; id: string; block: string }
  | { op: "drop"; block: string }
  | SetEdit
  | { op: "repair"; key: string }
  | { op: "undo" }
  | { op: "redo" };

/** Whose value a form changes: a node's parameter, an option of the data set, a setting. `who` is whose option it was when the form
    was drawn; of another one it is refused. */
export type Target = { of: string; ids?: string[]; who?: string; where?: string };

/** again: it goes on with the edit before it, of the same field: both are one step. */
export type SetEdit = { op: "set"; name: string; value: unknown; again?: boolean } & Target;

/** An edit as it is told to Python: each has a number, by which it is worked once. */
export type Op = Edit & { n: number };

/** Ports that an added node offers for the wire it was dropped on, and of a use all that it has; the palette knows them. */
export type FirstPorts = (kind: string, uses?: string) => { input?: string; output?: string; ports?: Ports };

const WITHIN: ReadonlySet<Edit["op"]> = new Set([
  "add", "stand in", "move", "connect", "reconnect", "delete", "duplicate", "copy", "group", "ungroup", "unique",
]);

/** The edit as one of the level that is shown. What a form changes says itself where; the rest is of the whole document. */
export const placed = (edit: Edit, where: string): Edit => (where && WITHIN.has(edit.op) ? { ...edit, where } : edit);

/** An edit of one level; one within a block that is gone changes nothing. */
export function applyTo(levels: Levels, edit: Edit, firstPorts: FirstPorts): Levels {
  const where = edit.where ?? "";
  const graph = levels[where];
  const after = graph && applyEdit(graph, edit, firstPorts);
  return after === graph ? levels : { ...levels, [where]: after };
}

/** An edit whose target is gone changes nothing: Python says so in its answer. */
export function applyEdit(graph: Graph, edit: Edit, firstPorts: FirstPorts): Graph {
  switch (edit.op) {
    case "add":
      return added(graph, edit, firstPorts);
    case "move":
      return {
        ...graph,
        nodes: graph.nodes.map((node) => {
          const at = edit.at[node.id];
          return at ? { ...node, x: at[0], y: at[1] } : node;
        }),
      };
    case "connect":
      return connected(graph, edit.wire);
    case "reconnect":
      return graph.wires.some((wire) => sameWire(wire, edit.old))
        ? connected({ ...graph, wires: graph.wires.filter((wire) => !sameWire(wire, edit.old)) }, edit.wire)
        : graph;
    case "delete":
      return deleted(graph, edit.nodes, edit.wires, edit.heal);
    case "duplicate":
      return duplicated(graph, edit.copies, edit.dx, edit.dy);
    case "set":
      return labelled(graph, edit);
    case "stand in":
    case "copy":
    case "group":
    case "ungroup":
    case "unique":
    case "drop":
    case "repair":
    case "undo":
    case "redo":
      return graph; // what comes of it is Python's to say; its answer comes within a tenth of a second
  }
}

function labelled(graph: Graph, edit: SetEdit): Graph {
  if (edit.of !== "label") return graph;
  const label = String(edit.value);
  return { ...graph, nodes: graph.nodes.map((node) => (edit.ids?.includes(node.id) ? { ...node, label } : node)) };
}

function connected(graph: Graph, wire: Wire): Graph {
  const has = (id: string) => graph.nodes.some((node) => node.id === id);
  if (!has(wire.from) || !has(wire.to) || graph.wires.some((other) => sameWire(other, wire))) return graph;
  return { ...graph, wires: [...graph.wires, wire] };
}

function added(graph: Graph, edit: Extract<Edit, { op: "add" }>, firstPorts: FirstPorts): Graph {
  if (graph.nodes.some((node) => node.id === edit.id)) return graph;
  const { id, kind, x, y, wire, uses } = edit;
  const { input, output, ports } = firstPorts(kind, uses);
  const use = uses === undefined ? {} : { block: uses, ports };
  const grown = { ...graph, nodes: [...graph.nodes, { id, kind, label: "", x, y, ...use }] };
  if (!wire || !input || !output || !graph.wires.some((other) => sameWire(other, wire))) return grown;
  return {
    ...grown,
    wires: [
      ...graph.wires.filter((other) => !sameWire(other, wire)),
      { from: wire.from, from_port: wire.from_port, to: id, to_port: input },
      { from: id, from_port: output, to: wire.to, to_port: wire.to_port },
    ],
  };
}

function deleted(graph: Graph, ids: string[], wires: Wire[], heal: boolean): Graph {
  let left = { ...graph, wires: graph.wires.filter((wire) => !wires.some((gone) => sameWire(gone, wire))) };
  for (const id of ids) left = withoutNode(left, id, heal);
  return left;
}

/** With `heal`, the source of a node's only input wire is wired to all that the node fed. */
function withoutNode(graph: Graph, id: string, heal: boolean): Graph {
  const into = graph.wires.filter((wire) => wire.to === id);
  const outOf = graph.wires.filter((wire) => wire.from === id);
  const left: Graph = {
    nodes: graph.nodes.filter((node) => node.id !== id),
    wires: graph.wires.filter((wire) => wire.from !== id && wire.to !== id),
  };
  if (!heal || into.length !== 1) return left;
  const { from, from_port } = into[0];
  return outOf.reduce((healed, wire) => connected(healed, { ...wire, from, from_port }), left);
}

function duplicated(graph: Graph, copies: Record<string, string>, dx: number, dy: number): Graph {
  const twins = graph.nodes
    .filter((node) => node.id in copies && !graph.nodes.some((other) => other.id === copies[node.id]))
    .map((node) => ({ ...node, id: copies[node.id], label: "", x: node.x + dx, y: node.y + dy }));
  const inner = graph.wires
    .filter((wire) => wire.from in copies && wire.to in copies)
    .map((wire) => ({ ...wire, from: copies[wire.from], to: copies[wire.to] }));
  return { nodes: [...graph.nodes, ...twins], wires: [...graph.wires, ...inner] };
}
