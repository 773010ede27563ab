// Lays a network out in layers: each card behind all that feed it, in an order in which few wires cross, beside the middle of its
// neighbours. A wire that passes layers keeps a narrow place in each, so that no card stands on it.
import { CARD, type Direction, GRID, type Graph, inOrder, onGrid, type Places } from "./graph";
import { type Item, placeAcross } from "./straight";

const ORDERINGS = 24; // sweeps at most
const PATIENCE = 6; // sweeps that may bring nothing
export const MOST_PASSED = 20_000;

export function layered(graph: Graph, direction: Direction, gap: { rank: number; side: number }): Places {
  const [long, broad] = direction === "lr" ? [CARD.width, CARD.height] : [CARD.height, CARD.width];
  const cards = cardsOf(graph, broad + gap.side);
  rank(cards);
  leaveOutLongest(cards);
  const layers = best(withPassing(cards, 2 * GRID));
  placeAcross(layers);
  return Object.fromEntries(
    cards.map(({ id, rank, across }) => {
      const at = [rank * (long + gap.rank), onGrid(across - broad / 2)];
      return [id, (direction === "lr" ? at : at.reverse()) as [number, number]];
    }),
  );
}

/** In the order of the network; a wire of a circle that runs back is left out. */
function cardsOf(graph: Graph, breadth: number): Item[] {
  const cards = inOrder(graph).map(({ id }, place): Item => ({ id, rank: 0, breadth, before: [], behind: [], place, across: 0 }));
  const byId = new Map(cards.map((card) => [card.id, card]));
  for (const { from, to } of graph.wires) {
    const [source, target] = [byId.get(from), byId.get(to)];
    if (!source || !target || source.place >= target.place) continue;
    source.behind.push(target);
    target.before.push(source);
  }
  return cards;
}

/** Without a gap. What feeds no more than it is fed by stands early; all else as late as can be, so that branches end together. */
function rank(cards: Item[]): void {
  for (const card of cards) card.rank = Math.max(-1, ...card.before.map(({ rank }) => rank)) + 1;
  for (const card of [...cards].reverse()) {
    if (card.behind.length && card.behind.length > card.before.length) card.rank = Math.min(...card.behind.map(({ rank }) => rank)) - 1;
  }
  const used = [...new Set(cards.map(({ rank }) => rank))].sort((a, b) => a - b);
  const dense = new Map(used.map((rank, i) => [rank, i]));
  for (const card of cards) card.rank = dense.get(card.rank)!;
}

/** Where wires pass more than MOST_PASSED layers in all, the longest take no part in what follows. */
function leaveOutLongest(cards: Item[]): void {
  const spans = cards.flatMap((card) => card.behind.map((other, at) => ({ card, at, span: other.rank - card.rank })));
  spans.sort((a, b) => a.span - b.span || a.card.place - b.card.place || a.at - b.at);
  let room = MOST_PASSED;
  const out = spans.findIndex(({ span }) => (room -= span - 1) < 0);
  if (out < 0) return;
  const kept = new Map(cards.map((card) => [card, new Set<number>()]));
  for (const { card, at } of spans.slice(0, out)) kept.get(card)!.add(at);
  for (const card of cards) card.behind = card.behind.filter((_, at) => kept.get(card)!.has(at));
}

/** The cards and, for each wire, an item in every layer that it passes. */
function withPassing(cards: Item[], breadth: number): Item[] {
  const items = [...cards];
  const passed = (source: Item, target: Item): Item => {
    let next = target;
    for (let rank = target.rank - 1; rank > source.rank; rank -= 1) {
      const here: Item = { id: null, rank, breadth, before: [], behind: [next], place: 0, across: 0 };
      next.before.push(here);
      items.push(here);
      next = here;
    }
    next.before.push(source);
    return next;
  };
  for (const card of cards) card.before = [];
  for (const card of cards) card.behind = card.behind.map((target) => passed(card, target));
  return items;
}

/** From layer to layer, each begun in the order in which a walk along the wires, and another from their ends, comes to it. */
function layersOf(items: Item[], turned: boolean): Item[][] {
  const layers: Item[][] = [];
  const seen = new Set<Item>();
  for (const start of turned ? [...items].reverse() : items) {
    const waiting = [start];
    while (waiting.length) {
      const item = waiting.pop()!;
      if (seen.has(item)) continue;
      seen.add(item);
      (layers[item.rank] ??= []).push(item);
      const next = turned ? item.before : [...item.behind].reverse();
      waiting.push(...next);
    }
  }
  return layers;
}

/** The order with the fewest crossings that sweeps forth and back come to. */
function best(items: Item[]): Item[][] {
  let [found, fewest] = [[] as Item[][], Infinity];
  for (const turned of [false, true]) {
    const layers = layersOf(items, turned);
    number(layers);
    const take = () => {
      const count = crossings(layers);
      if (count >= fewest) return false;
      [found, fewest] = [layers.map((layer) => [...layer]), count];
      return true;
    };
    take();
    for (let sweep = 0, idle = 0; fewest && sweep < ORDERINGS && idle < PATIENCE; sweep += 1) {
      const back = (sweep % 2 === 1) !== turned;
      for (const layer of back ? [...layers].reverse() : layers) sort(layer, back, sweep % 4 > 1);
      idle = take() ? 0 : idle + 1;
    }
  }
  number(found);
  return found;
}

function number(layers: Item[][]): void {
  for (const layer of layers) layer.forEach((item, i) => (item.place = i));
}

/** By the mean place of the neighbours on one side; without any, an item stays where it is. Of equals the one behind may come first. */
function sort(layer: Item[], back: boolean, turned: boolean): void {
  const free = layer.filter((item) => (back ? item.behind : item.before).length);
  const wanted = new Map(free.map((item) => [item, mean((back ? item.behind : item.before).map(({ place }) => place))]));
  free.sort((a, b) => wanted.get(a)! - wanted.get(b)! || (turned ? b.place - a.place : a.place - b.place));
  let next = 0;
  layer.forEach((item, i) => (layer[i] = wanted.has(item) ? free[next++] : item));
  layer.forEach((item, i) => (item.place = i));
}

function crossings(layers: Item[][]): number {
  let count = 0;
  for (const layer of layers) {
    const ends = layer.flatMap(({ behind }) => behind.map(({ place }) => place).sort((a, b) => a - b));
    const passed = new Int32Array(ends.reduce((a, b) => Math.max(a, b), 0) + 2); // a Fenwick tree: how many ends lie before a place
    for (const [before, end] of ends.entries()) {
      let upTo = 0;
      for (let i = end + 1; i > 0; i -= i & -i) upTo += passed[i];
      count += before - upTo;
      for (let i = end + 1; i < passed.length; i += i & -i) passed[i] += 1;
    }
  }
  return count;
}

const mean = (places: number[]) => places.reduce((a, b) => a + b, 0) / places.length;
