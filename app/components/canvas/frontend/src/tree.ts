// The network as a tree: nodes in the order in which data flow, and within a block what is in it.
import { type Graph, type GraphNode, inOrder, type Levels } from "./graph";
import { placeOf } from "./levels";

export interface Row {
  place: string;
  level: string; // where it is shown
  node: GraphNode;
  depth: number; // 1 for the network itself
  open: boolean | null; // null for one that holds nothing
  at: number; // its number among those around it, from 1
  of: number; // how many these are
}

export const MOST_ROWS = 20_000;

const orders = new WeakMap<Graph, GraphNode[]>();

function ordered(graph: Graph): GraphNode[] {
  let order = orders.get(graph);
  if (!order) orders.set(graph, (order = inOrder(graph)));
  return order;
}

/** What is seen of the tree while these places are open. */
export const rowsOf = (levels: Levels, opened: ReadonlySet<string>): Row[] => rows(levels, () => true, (place) => opened.has(place));

/** Only what was found, and the blocks that lead to it, opened. hits: by block, "" for the network. */
export function rowsFound(levels: Levels, hits: ReadonlyMap<string, ReadonlySet<string>>): Row[] {
  const known = new Map<string, boolean>();
  const holds = (block: string): boolean => {
    let found = known.get(block);
    if (found === undefined) {
      known.set(block, false);
      found = !!hits.get(block)?.size || (levels[block]?.nodes ?? []).some((node) => node.block !== undefined && holds(node.block));
      known.set(block, found);
    }
    return found;
  };
  const isSeen = (node: GraphNode, where: string) => !!hits.get(where)?.has(node.id) || (node.block !== undefined && holds(node.block));
  return rows(levels, isSeen, (_, node) => holds(node.block!));
}

function rows(levels: Levels, isSeen: (node: GraphNode, where: string) => boolean, isOpen: (place: string, node: GraphNode) => boolean): Row[] {
  const found: Row[] = [];
  const add = (where: string, level: string, depth: number): void => {
    const graph = levels[where];
    if (!graph) return;
    const nodes = ordered(graph).filter((node) => isSeen(node, where));
    for (const [i, node] of nodes.entries()) {
      if (found.length >= MOST_ROWS) return;
      const place = placeOf(level, node.id);
      const inside = node.block !== undefined && !!levels[node.block]?.nodes.length;
      const open = inside ? isOpen(place, node) : null;
      found.push({ place, level, node, depth, open, at: i + 1, of: nodes.length });
      if (open) add(node.block!, place, depth + 1);
    }
  };
  add("", "", 1);
  return found;
}

/** The places that have to be open for a place to be seen. */
export function wayIn(place: string): string[] {
  const steps = place.split("/");
  return steps.slice(1).map((_, i) => steps.slice(0, i + 1).join("/"));
}
