// Tidies the network: left to right or top to bottom, with the gaps of the templates, so that as many cards can be read at once.
import { CARD, type Direction, GRID, type Graph, inOrder, onGrid, type Places, type Wire } from "./graph";
import { layered, MOST_PASSED } from "./layers";
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

/** Steps cards out of the way of wires that pass their rank, such as a skip connection: wires run straight here. `along` is the axis of
    the network: 0 across, 1 down. */
function asideOfWires(places: Places, graph: Graph, along: 0 | 1): Places {
  const across = 1 - along;
  const size = [CARD.width, CARD.height];
  const ranks = new Map<number, string[]>();
  for (const [id, at] of Object.entries(places)) {
    const others = ranks.get(at[along]);
    if (others) others.push(id);
    else ranks.set(at[along], [id]);
  }
  const starts = [...ranks.keys()].sort((a, b) => a - b);
  const passers = passersOf(places, starts, graph.wires, along);
  const isFree = (id: string, at: [number, number]) =>
    starts
      .filter((start) => Math.abs(start - at[along]) < size[along] + GRID)
      .every((start) => ranks.get(start)!.every((other) => other === id || Math.abs(places[other][across] - at[across]) >= size[across] + GRID));
  for (const { id } of inOrder(graph)) {
    for (const wire of passers.get(places[id][along]) ?? []) {
      const here = places[id];
      const line = lineAt(wire, here[along], places, along);
      const off = here[across] + size[across] / 2 - line;
      const room = size[across] / 2 + GRID;
      if (Math.abs(off) >= room) continue;
      const there = [...here] as [number, number];
      there[across] = onGrid(line + (off < 0 ? -room - GRID / 2 : room + GRID / 2) - size[across] / 2);
      if (isFree(id, there)) places[id] = there;
    }
  }
  return places;
}

/** By rank the wires that pass it; none at all where these are too many to go through. */
function passersOf(places: Places, starts: number[], wires: Wire[], along: 0 | 1): Map<number, Wire[]> {
  const half = (along === 0 ? CARD.width : CARD.height) / 2;
  const found = new Map<number, Wire[]>();
  let room = MOST_PASSED;
  for (const wire of wires) {
    const [start, end] = [places[wire.from][along] + half, places[wire.to][along] - half];
    for (let i = placeAfter(starts, start); i < starts.length && starts[i] < end; i += 1) {
      if (--room < 0) return new Map();
      const others = found.get(starts[i]);
      if (others) others.push(wire);
      else found.set(starts[i], [wire]);
    }
  }
  return found;
}

/** The number of the first that is larger. */
function placeAfter(sorted: number[], value: number): number {
  let [low, high] = [0, sorted.length];
  while (low < high) {
    const half = (low + high) >> 1;
    if (sorted[half] <= value) low = half + 1;
    else high = half;
  }
  return low;
}

/** Where a wire is, across, when it passes the middle of the cards of a rank. */
function lineAt({ from, to }: Wire, rank: number, places: Places, along: 0 | 1): number {
  const length = along === 0 ? CARD.width : CARD.height;
  const breadth = along === 0 ? CARD.height : CARD.width;
  const [start, end] = [places[from][along] + length, places[to][along]];
  const [a, b] = [places[from][1 - along], places[to][1 - along]];
  return a + ((b - a) * (rank + length / 2 - start)) / (end - start) + breadth / 2;
}
