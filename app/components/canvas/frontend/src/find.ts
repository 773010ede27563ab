// Finds nodes by what their cards say: name, operator, what matters, shape, and fault. Of those in blocks that were not shown yet, name and
// operator are known.
import type { Catalogue } from "./catalogue";
import { type Graph, inOrder, type Levels } from "./graph";
import type { Note, Severity } from "./stores";

const SEVERITIES: Record<Severity, string> = { error: "fault error", warning: "fault warning", need: "fault need" };

/** The nodes, in the order of the network, on whose card every typed word stands; none for no word. */
export function findNodes(graph: Graph, catalogue: Catalogue, note: (id: string) => Note | undefined, query: string): string[] {
  const words = plain(query).split(/\s+/).filter(Boolean);
  if (!words.length) return [];
  const found = inOrder(graph).filter((node) => {
    const operator = catalogue.operators.get(node.kind);
    const { line, shape, fault } = note(node.id) ?? {};
    const told = [node.label, catalogue.titleOf(node), operator?.title, node.kind, line, shape, fault && SEVERITIES[fault.severity], fault?.text];
    const text = plain(told.filter(Boolean).join("  "));
    return words.every((word) => text.includes(word));
  });
  return found.map(({ id }) => id);
}

/** A node, and whose inside it is in: a block's, or "" for the network itself. */
export interface Hit {
  block: string;
  id: string;
}

type Notes = (id: string) => Note | undefined;

/** Those of every block that is used, in the order of the network; what is in a block comes after its first use. */
export function findEverywhere(levels: Levels, catalogue: Catalogue, notesOf: (block: string) => Notes, query: string): Hit[] {
  const hits: Hit[] = [];
  const looked = new Set<string>();
  const look = (block: string): void => {
    const graph = levels[block];
    if (!graph || looked.has(block)) return;
    looked.add(block);
    const found = new Set(findNodes(graph, catalogue, notesOf(block), query));
    for (const node of inOrder(graph)) {
      if (found.has(node.id)) hits.push({ block, id: node.id });
      if (node.block !== undefined) look(node.block);
    }
  };
  look("");
  return hits;
}

/** How many are in each block, as they come. */
export function countsOf(hits: Hit[]): [string, number][] {
  const counts = new Map<string, number>();
  for (const { block } of hits) counts.set(block, (counts.get(block) ?? 0) + 1);
  return [...counts];
}

/** Small letters, and a shape as one word however it is typed: 8x8x32, 8 × 8 × 32. */
const plain = (text: string) => text.toLowerCase().replace(/(?<=[\d?])\s*[x×*]\s*(?=[\d?])/g, "×");
