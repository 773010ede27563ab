// Tidies the network: left to right or top to bottom. Gaps leave room for a wire's shape and for a fault's sentence.
import { CARD, type Graph, onGrid } from "./graph";

export type Direction = "lr" | "tb";

export const GAP = { lr: { rank: 100, side: 80 }, tb: { rank: 80, side: 60 } };

/** The direction in which most wires run now; an empty network runs left to right, as screens are wide. */
export function directionOf(graph: Graph): Direction {
  const at = new Map(graph.nodes.map((node) => [node.id, node]));
  let right = 0;
  let down = 0;
  for (const { from, to } of graph.wires) {
    const source = at.get(from);
    const target = at.get(to);
    if (!source || !target) continue;
    right += target.x - source.x > CARD.width ? 1 : 0;
    down += target.y - source.y > CARD.height && Math.abs(target.x - source.x) < CARD.width ? 1 : 0;
  }
  return down > right ? "tb" : "lr";
}

/** Places for all nodes; the layout's library is fetched at the first use. */
export async function tidied(graph: Graph, direction: Direction): Promise<Record<string, [number, number]>> {
  const dagre = await import("@dagrejs/dagre");
  const sheet = new dagre.Graph({ multigraph: true });
  sheet.setGraph({ rankdir: direction === "lr" ? "LR" : "TB", ranksep: GAP[direction].rank, nodesep: GAP[direction].side, edgesep: GAP[direction].side });
  sheet.setDefaultEdgeLabel(() => ({}));
  for (const node of graph.nodes) sheet.setNode(node.id, { ...CARD });
  graph.wires.forEach((wire, i) => sheet.setEdge(wire.from, wire.to, {}, String(i)));
  dagre.layout(sheet);
  return Object.fromEntries(
    graph.nodes.map(({ id }) => {
      const { x, y } = sheet.node(id);
      return [id, [onGrid(x! - CARD.width / 2), onGrid(y! - CARD.height / 2)]];
    }),
  );
}
