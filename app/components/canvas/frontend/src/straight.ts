// Places across for items in layers whose order is settled, so that as many wires as can run straight (Brandes and Köpf, Fast and simple
// horizontal coordinate assignment, 2001): four times each item is put in line with the middle of its neighbours, from either side and
// beginning at either end, and stands in the middle of the four.

/** What stands in a layer: a card, or a wire that passes. */
export interface Item {
  id: string | null; // of a card
  rank: number;
  breadth: number; // with the gap to the next
  before: Item[];
  behind: Item[];
  place: number; // in its layer
  across: number; // of its middle
}

type Across = Map<Item, number>;

export function placeAcross(layers: Item[][]): void {
  const crossed = crossedPassing(layers);
  const found: Across[] = [];
  for (const back of [false, true]) {
    for (const turned of [false, true]) {
      const ordered = (back ? [...layers].reverse() : layers).map((layer) => (turned ? [...layer].reverse() : layer));
      const across = packed(ordered, inLine(ordered, back, crossed));
      found.push(turned ? new Map([...across].map(([item, at]) => [item, -at])) : across);
    }
  }
  const spans = found.map(spanOf);
  const least = spans.reduce((a, b) => (b.high - b.low < a.high - a.low ? b : a));
  const shifts = spans.map(({ low, high }, i) => (i % 2 ? least.high - high : least.low - low));
  for (const item of layers.flat()) {
    const at = found.map((across, i) => across.get(item)! + shifts[i]).sort((a, b) => a - b);
    item.across = (at[1] + at[2]) / 2;
  }
}

/** The wires that cross one which passes: these do not run straight, for it does. */
function crossedPassing(layers: Item[][]): Map<Item, Set<Item>> {
  const found = new Map<Item, Set<Item>>();
  for (const [i, layer] of layers.entries()) {
    if (!i) continue;
    let [from, low] = [0, 0];
    for (const [at, item] of layer.entries()) {
      const passing = item.id === null ? item.before.find(({ id }) => id === null) : undefined;
      if (!passing && at < layer.length - 1) continue;
      const high = passing ? passing.place : layers[i - 1].length;
      for (const one of layer.slice(from, at + 1)) {
        for (const other of one.before) {
          if (other.place >= low && other.place <= high) continue;
          if (other.id === null && one.id === null) continue;
          found.set(one, (found.get(one) ?? new Set()).add(other));
        }
      }
      [from, low] = [at + 1, high];
    }
  }
  return found;
}

/** For each item the first of those that stand in one line with it. */
function inLine(layers: Item[][], back: boolean, crossed: Map<Item, Set<Item>>): Map<Item, Item> {
  const first = new Map<Item, Item>();
  const place = new Map<Item, number>();
  const taken = new Set<Item>(); // has one in line behind it
  for (const layer of layers) {
    layer.forEach((item, i) => place.set(item, i));
    let last = -1;
    for (const item of layer) {
      first.set(item, item);
      const beside = [...(back ? item.behind : item.before)].sort((a, b) => place.get(a)! - place.get(b)!);
      const middle = (beside.length - 1) / 2;
      for (let i = Math.floor(middle); beside.length && i <= Math.ceil(middle); i += 1) {
        const other = beside[i];
        const isCrossed = back ? crossed.get(other)?.has(item) : crossed.get(item)?.has(other);
        if (first.get(item) !== item || taken.has(other) || place.get(other)! <= last || isCrossed) continue;
        taken.add(other);
        first.set(item, first.get(other)!);
        last = place.get(other)!;
      }
    }
  }
  return first;
}

/** Lines as close to each other as they can stand, from the first on; then each as near to the next as it can. */
function packed(layers: Item[][], first: Map<Item, Item>): Across {
  const after = new Map<Item, Map<Item, number>>([...new Set(first.values())].map((line) => [line, new Map()]));
  const waiting = new Map([...after.keys()].map((line) => [line, 0]));
  for (const layer of layers) {
    for (let i = 1; i < layer.length; i += 1) {
      const [one, other] = [first.get(layer[i - 1])!, first.get(layer[i])!];
      const apart = (layer[i - 1].breadth + layer[i].breadth) / 2;
      const known = after.get(one)!;
      if (!known.has(other)) waiting.set(other, waiting.get(other)! + 1);
      known.set(other, Math.max(known.get(other) ?? 0, apart));
    }
  }
  const at = new Map([...after.keys()].map((line) => [line, 0]));
  const ready = [...after.keys()].filter((line) => !waiting.get(line));
  for (const line of ready) { // grows
    for (const [next, apart] of after.get(line)!) {
      at.set(next, Math.max(at.get(next)!, at.get(line)! + apart));
      waiting.set(next, waiting.get(next)! - 1);
      if (!waiting.get(next)) ready.push(next);
    }
  }
  for (const line of ready.reverse()) {
    const room = Math.min(...[...after.get(line)!].map(([next, apart]) => at.get(next)! - apart));
    if (room < Infinity) at.set(line, Math.max(at.get(line)!, room));
  }
  return new Map([...first].map(([item, line]) => [item, at.get(line)!]));
}

function spanOf(across: Across): { low: number; high: number } {
  let [low, high] = [Infinity, -Infinity];
  for (const [{ breadth }, at] of across) {
    low = Math.min(low, at - breadth / 2);
    high = Math.max(high, at + breadth / 2);
  }
  return { low, high };
}
