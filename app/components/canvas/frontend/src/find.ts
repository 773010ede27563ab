// Finds nodes of the network by what their cards say: name, operator, what matters, shape, and fault.
import type { Catalogue } from "./catalogue";
import { type Graph, inOrder } from "./graph";
import type { Note, Severity } from "./stores";

const SEVERITIES: Record<Severity, string> = { error: "fault error", warning: "fault warning", need: "fault need" };

/** The nodes, in the order of the network, on whose card every typed word stands; none for no word. */
export function findNodes(graph: Graph, catalogue: Catalogue, note: (id: string) => Note | undefined, query: string): string[] {
  const words = plain(query).split(/\s+/).filter(Boolean);
  if (!words.length) return [];
  const found = inOrder(graph).filter((node) => {
    const operator = catalogue.operators.get(node.kind);
    const { line, shape, fault } = note(node.id) ?? {};
    const told = [node.label, operator?.title, node.kind, line, shape, fault && SEVERITIES[fault.severity], fault?.text];
    const text = plain(told.filter(Boolean).join("  "));
    return words.every((word) => text.includes(word));
  });
  return found.map(({ id }) => id);
}

/** Small letters, and a shape as one word however it is typed: 8x8x32, 8 × 8 × 32. */
const plain = (text: string) => text.toLowerCase().replace(/(?<=[\d?])\s*[x×*]\s*(?=[\d?])/g, "×");
