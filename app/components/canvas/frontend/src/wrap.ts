// Breaks a long chain into rows, or columns, that can be read at once on the stage.
import { CARD, type Direction, GRID, type Places } from "./graph";

export interface Size {
  width: number;
  height: number;
}

const READABLE = 0.7; // the zoom below which cards are too small to read
const BETWEEN = 4 * GRID; // rows, as in the templates: room for the wire that comes from the row before
const FRAME = { width: 104, height: 84 }; // what FIT in commands.ts leaves free at the edges

/** As laid out, unless that is far longer than the stage: then k ranks in a row, with the k that is read best. */
export function wrapped(places: Places, direction: Direction, stage: Size): Places {
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
  let best = places;
  let bestZoom = now;
  let before = 0;
  for (let rows = 2; rows <= ranks.length; rows += 1) {
    const k = Math.ceil(ranks.length / rows);
    if (k === before) continue;
    before = k;
    const tried = inRows(places, ranks, k, along);
    const zoom = zoomOf(tried);
    if (zoom > bestZoom * 1.05) [best, bestZoom] = [tried, zoom];
  }
  return best;
}

/** The nodes of each rank, in the order of the network. */
function ranksOf(places: Places, along: 0 | 1): string[][] {
  const ranks = new Map<number, string[]>();
  for (const [id, at] of Object.entries(places)) ranks.set(at[along], [...(ranks.get(at[along]) ?? []), id]);
  return [...ranks.entries()].sort(([a], [b]) => a - b).map(([, ids]) => ids);
}

function inRows(places: Places, ranks: string[][], k: number, along: 0 | 1): Places {
  const across = 1 - along;
  const found: Places = {};
  let edge = 0;
  for (let first = 0; first < ranks.length; first += k) {
    const row = ranks.slice(first, first + k).flat();
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

function boxOf(places: [number, number][]) {
  const ends = ([0, 1] as const).map((axis) => {
    const at = places.map((place) => place[axis]);
    return { low: Math.min(...at), high: Math.max(...at) + (axis === 0 ? CARD.width : CARD.height) };
  });
  return { corner: ends.map(({ low }) => low), size: ends.map(({ low, high }) => high - low) };
}
