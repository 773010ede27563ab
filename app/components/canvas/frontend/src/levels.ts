// The levels of a network: itself, and what is in each of its blocks. A level is named by the ids of the uses that lead to it
// (encoder/attention), "" being the network itself; what is drawn there is that of the block (graphbuilder/levels.py).
import { EMPTY_GRAPH, type Graph, type GraphNode, type Levels } from "./graph";

export const stepsOf = (level: string): string[] => (level ? level.split("/") : []);

export const placeOf = (level: string, id: string): string => (level ? `${level}/${id}` : id);

/** The level of a place, and the node there. */
export function partsOf(place: string): { level: string; id: string } {
  const end = place.lastIndexOf("/");
  return { level: place.slice(0, Math.max(0, end)), id: place.slice(end + 1) };
}

/** The uses that lead to a level, as far as they do, outermost first. */
export function usesOnWay(levels: Levels, level: string): GraphNode[] {
  const found: GraphNode[] = [];
  let graph: Graph | undefined = levels[""];
  for (const id of stepsOf(level)) {
    const node: GraphNode | undefined = graph?.nodes.find((one) => one.id === id);
    if (node?.block === undefined || !levels[node.block]) break;
    found.push(node);
    graph = levels[node.block];
  }
  return found;
}

/** The level followed as far as it leads. */
export const reached = (levels: Levels, level: string): string =>
  usesOnWay(levels, level)
    .map(({ id }) => id)
    .join("/");

/** Whose inside it is: the block, or "" for the network itself. */
export const blockAt = (levels: Levels, level: string): string => usesOnWay(levels, level).at(-1)?.block ?? "";

export const graphAt = (levels: Levels, level: string): Graph => levels[blockAt(levels, level)] ?? EMPTY_GRAPH;

/** The level where what is in a block is shown, as near as can be: here, else in what is used here, else wherever it is used first. */
export function wayTo(levels: Levels, block: string, level: string): string | null {
  return below(levels, block, level, new Set()) ?? below(levels, block, "", new Set());
}

function below(levels: Levels, block: string, level: string, looked: Set<string>): string | null {
  const here = blockAt(levels, level);
  if (here === block) return level;
  if (looked.has(here)) return null;
  looked.add(here);
  for (const node of graphAt(levels, level).nodes) {
    const found = node.block !== undefined && levels[node.block] ? below(levels, block, placeOf(level, node.id), looked) : null;
    if (found !== null) return found;
  }
  return null;
}
