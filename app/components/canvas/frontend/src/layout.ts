// Tidies the network: left to right or top to bottom, with the gaps of the templates, so that as many cards can be read at once.
import { CARD, type Direction, GRID, type Graph, inOrder, onGrid, type Places, type Wire } from "./graph";
import { layered } from "./layers";
import { type Size, wrapped } from "./wrap";

export const GAP = { lr: { rank: 40, side: 40 }, tb: { rank: 60, side: 60 } };

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

/** Places for all nodes, in rows if one line is too long to be read on the stage. */
export function tidied(graph: Graph, direction: Direction, stage?: Size): Places {
  const places = layered(graph, direction, GAP[direction]);
  const laid = asideOfWires(places, graph, direction === "lr" ? 0 : 1);
  return stage ? wrapped(laid, direction, stage, graph.wires) : laid;
}

/** Steps cards out of the way of wires that pass their rank, such as a skip connection: the layout leaves bends for those,
    but wires here run straight. `along` is the axis of the network: 0 across, 1 down. */
function asideOfWires(places: Places, graph: Graph, along: 0 | 1): Places {
  const across = 1 - along;
  const size = [CARD.width, CARD.height];
  const passers = passingWires(graph.wires, places, along);
  const free = (id: string, [x, y]: [number, number]) =>
    Object.entries(places).every(([other, at]) => other === id || Math.abs(at[0] - x) >= size[0] + GRID || Math.abs(at[1] - y) >= size[1] + GRID);
  for (const { id } of inOrder(graph)) {
    const here = places[id];
    for (const wire of passers) {
      const line = passing(wire, id, places, along);
      if (line === null) continue;
      const off = here[across] + size[across] / 2 - line;
      const room = size[across] / 2 + GRID;
      if (Math.abs(off) >= room) continue;
      const there = [...here] as [number, number];
      there[across] = onGrid(line + (off < 0 ? -room - GRID / 2 : room + GRID / 2) - size[across] / 2);
      if (free(id, there)) here[across] = there[across];
    }
  }
  return places;
}

/** The wires that are long enough to pass a card. */
function passingWires(wires: Wire[], places: Places, along: 0 | 1): Wire[] {
  const length = along === 0 ? CARD.width : CARD.height;
  const middles = [...new Set(Object.values(places).map((at) => at[along] + length / 2))].sort((a, b) => a - b);
  const after = (place: number) => {
    let [low, high] = [0, middles.length];
    while (low < high) {
      const half = (low + high) >> 1;
      if (middles[half] <= place) low = half + 1;
      else high = half;
    }
    return middles[low] ?? Infinity;
  };
  return wires.filter(({ from, to }) => after(places[from][along] + length) < places[to][along]);
}

/** Where a wire is, across, when it passes the middle of a card that is none of its ends; null if it does not pass. */
function passing({ from, to }: Wire, id: string, places: Places, along: 0 | 1): number | null {
  if (from === id || to === id) return null;
  const length = along === 0 ? CARD.width : CARD.height;
  const breadth = along === 0 ? CARD.height : CARD.width;
  const [start, end, middle] = [places[from][along] + length, places[to][along], places[id][along] + length / 2];
  if (middle <= start || middle >= end) return null;
  const [a, b] = [places[from][1 - along], places[to][1 - along]];
  return a + ((b - a) * (middle - start)) / (end - start) + breadth / 2;
}
