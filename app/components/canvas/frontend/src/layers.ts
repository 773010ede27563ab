// Lays a very large network out in layers: each card behind all that feed it, beside the middle of its neighbours. Plainer than the
// library's layout, which calls itself once for every layer and runs out of stack where there are a thousand.
import { CARD, type Direction, type Graph, inOrder, onGrid, type Places } from "./graph";

const SWEEPS = 4;

export function layered(graph: Graph, direction: Direction, gap: { rank: number; side: number }): Places {
  const order = inOrder(graph).map(({ id }) => id);
  const [sources, targets] = neighbours(graph, order);
  const ranks = ranksOf(order, sources, targets);
  const layers: string[][] = [];
  for (const id of order) (layers[ranks.get(id)!] ??= []).push(id);
  const [long, broad] = direction === "lr" ? [CARD.width, CARD.height] : [CARD.height, CARD.width];
  const across = new Map(order.map((id) => [id, 0]));
  for (const layer of layers) spread(layer, across, broad + gap.side, (id) => sources.get(id)!);
  for (let sweep = 1; sweep < SWEEPS; sweep += 1) {
    const back = sweep % 2 === 1;
    for (const layer of back ? [...layers].reverse() : layers) spread(layer, across, broad + gap.side, (id) => (back ? targets : sources).get(id)!);
  }
  return Object.fromEntries(
    order.map((id) => {
      const at = [onGrid(ranks.get(id)! * (long + gap.rank)), onGrid(across.get(id)!)];
      return [id, (direction === "lr" ? at : at.reverse()) as [number, number]];
    }),
  );
}

/** What feeds each node and what it feeds; a wire of a circle that runs back is left out. */
function neighbours({ wires }: Graph, order: string[]) {
  const place = new Map(order.map((id, i) => [id, i]));
  const [sources, targets] = [0, 1].map(() => new Map(order.map((id): [string, string[]] => [id, []])));
  for (const { from, to } of wires) {
    if (!((place.get(from) ?? Infinity) < (place.get(to) ?? -1))) continue;
    sources.get(to)!.push(from);
    targets.get(from)!.push(to);
  }
  return [sources, targets];
}

/** As early as can be, but what nothing feeds right before what it feeds. Without a gap. */
function ranksOf(order: string[], sources: Map<string, string[]>, targets: Map<string, string[]>): Map<string, number> {
  const ranks = new Map<string, number>();
  for (const id of order) ranks.set(id, Math.max(-1, ...sources.get(id)!.map((other) => ranks.get(other)!)) + 1);
  for (const id of order) {
    const next = targets.get(id)!.map((other) => ranks.get(other)!);
    if (!sources.get(id)!.length && next.length) ranks.set(id, Math.min(...next) - 1);
  }
  const used = [...new Set(ranks.values())].sort((a, b) => a - b);
  const dense = new Map(used.map((rank, i) => [rank, i]));
  return new Map([...ranks].map(([id, rank]) => [id, dense.get(rank)!]));
}

/** Puts the cards of a layer beside their neighbours, no two closer than `apart`, as a whole not aside of where they belong. */
function spread(layer: string[], across: Map<string, number>, apart: number, beside: (id: string) => string[]): void {
  const wanted = new Map(layer.map((id) => [id, middle(beside(id).map((other) => across.get(other)!)) ?? across.get(id)!]));
  layer.sort((a, b) => wanted.get(a)! - wanted.get(b)!);
  let last = -Infinity;
  let drift = 0;
  for (const id of layer) {
    const at = Math.max(wanted.get(id)!, last + apart);
    drift += at - wanted.get(id)!;
    across.set(id, at);
    last = at;
  }
  for (const id of layer) across.set(id, across.get(id)! - drift / layer.length);
}

const middle = (places: number[]) => (places.length ? places.reduce((a, b) => a + b, 0) / places.length : undefined);
