// How many columns and rows a number of small pictures takes in a box.

export interface Grid {
  columns: number;
  rows: number;
  width: number; // of one picture
  height: number;
  scrolls: boolean;
}

export const GAP = 6;
export const ALL_IN_VIEW = 16; // more than these scroll sideways, so that each stays legible
const GOOD = { width: 92, height: 112 };
const LEAST_HEIGHT = 92; // of a picture in rows that scroll
const SCROLLBAR = 12;

export function gridOf(count: number, { width, height }: { width: number; height: number }): Grid {
  const scrolling = (): Grid => {
    const rows = Math.max(1, Math.floor((height - SCROLLBAR + GAP) / (LEAST_HEIGHT + GAP)));
    return { columns: Math.ceil(count / rows), rows, width: GOOD.width + 20, height: (height - SCROLLBAR - GAP * (rows - 1)) / rows, scrolls: true };
  };
  let best: Grid | null = null;
  let most = 0;
  for (let columns = 1; columns <= Math.max(1, count); columns++) {
    const rows = Math.max(1, Math.ceil(count / columns));
    const cell = { width: (width - GAP * (columns - 1)) / columns, height: (height - GAP * (rows - 1)) / rows };
    const score = Math.min(cell.width / GOOD.width, cell.height / GOOD.height);
    if (score > most) [best, most] = [{ columns, rows, ...cell, scrolls: false }, score];
  }
  return best && (count <= ALL_IN_VIEW || most >= 0.9) ? best : scrolling();
}
