// Breaks a long chain into rows, or columns, that can be read at once on the stage.
import { CARD, type Direction, GRID, type Places, type Wire } from "./graph";

export interface Size {
  width: number;
  height: number;
}

const READABLE = 0.7; // the zoom below which cards are too small to read
const LEAST = 0.6; // of a row's ranks
const BETWEEN = 4 * GRID; // rows, as in the templates: room for the wire that comes from the row before
const FRAME = { width: 104, height: 84 }; // what FIT in commands.ts leaves free at the edges

/** As laid out, unless that is far longer than the stage: then at most k ranks in a row, with the k that is read best. */
export function wrapped(places: Places, direction: Direction, stage: Size, wires: Wire[] = []): Places {
  const along = direction === "lr" ? 0 : 1;
  const ranks = ranksOf(places, along);
  const zoomOf = (some: Places) => {
    const { size } = boxOf(Object.values(some));
    return Math.min((stage.width - FRAME.width) / size[0], (stage.height - FRAME.height) / size[1]);
  };
  const now = zoomOf(places);
  const { size } = boxOf(Object.values(places));
  const longer = (size[along] / size[1 - along]) * (along === 0 ? stage.height / stage.width : stage.width / stage.height);
  if (ranks.length < 2 || now >= READABLE || longer < 1.5) return places;
  const cut = cutAfter(ranks, wires);
  let best = places;
  let bestZoom = now;
  let before = 0;
  for (let rows = 2; rows <= ranks.length; rows += Math.max(1, rows >> 4)) {
    const k = Math.ceil(ranks.length / rows);
    if (k === before) continue;
    before = k;
    const tried = inRows(places, ranks, cut, k, along);
    const zoom = zoomOf(tried);
    if (zoom > bestZoom * 1.05) [best, bestZoom] = [tried, zoom];
    else if (zoom < bestZoom * 0.6) break;
  }
  return best;
}

/** The nodes of each rank, in the order of the network. */
function ranksOf(places: Places, along: 0 | 1): string[][] {
  const ranks = new Map<number, string[]>();
  for (const [id, at] of Object.entries(places)) ranks.set(at[along], [...(ranks.get(at[along]) ?? []), id]);
  return [...ranks.entries()].sort(([a], [b]) => a - b).map(([, ids]) => ids);
}

function inRows(places: Places, ranks: string[][], cut: number[], k: number, along: 0 | 1): Places {
  const across = 1 - along;
  const found: Places = {};
  let edge = 0;
  for (let first = 0, end = 0; first < ranks.length; first = end) {
    end = endOfRow(cut, first, k);
    const row = ranks.slice(first, end).flat();
    const { corner, size } = boxOf(row.map((id) => places[id]));
    for (const id of row) {
      const at: [number, number] = [0, 0];
      at[along] = places[id][along] - corner[along];
      at[across] = places[id][across] - corner[across] + edge;
      found[id] = at;
    }
    edge += size[across] + BETWEEN;
  }
  return found;
}

/** A row ends where the fewest wires go on to the next, not far from its k ranks. */
function endOfRow(cut: number[], first: number, k: number): number {
  const most = Math.min(first + k, cut.length);
  if (most === cut.length) return most;
  let end = most;
  for (let tried = most - 1; tried - first >= LEAST * k; tried -= 1) if (cut[tried - 1] < cut[end - 1]) end = tried;
  return end;
}

/** From how many nodes wires lead past each rank. */
function cutAfter(ranks: string[][], wires: Wire[]): number[] {
  const rank = new Map(ranks.flatMap((ids, i) => ids.map((id): [string, number] => [id, i])));
  const farthest = new Map<string, number>();
  for (const { from, to } of wires) farthest.set(from, Math.max(farthest.get(from) ?? 0, rank.get(to) ?? 0));
  const change = new Array<number>(ranks.length + 1).fill(0);
  for (const [id, last] of farthest) {
    if (last <= rank.get(id)!) continue;
    change[rank.get(id)!] += 1;
    change[last] -= 1;
  }
  let open = 0;
  return ranks.map((_, i) => (open += change[i]));
}

function boxOf(places: [number, number][]) {
  const ends = ([0, 1] as const).map((axis) => {
    const at = places.map((place) => place[axis]);
    return { low: Math.min(...at), high: Math.max(...at) + (axis === 0 ? CARD.width : CARD.height) };
  });
  return { corner: ends.map(({ low }) => low), size: ends.map(({ low, high }) => high - low) };
}
