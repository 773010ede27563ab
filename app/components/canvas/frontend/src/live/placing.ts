// Points that a person places: what a press into the plane makes of them.
import type { Placed } from "./data";
import { type Reach, sharesOf } from "./plane";

const NEAR = 0.025; // of the plane's side: a press that near to a point is meant for it

/** The rows after a press at (x, y), shares of what is shown from its lower left corner: without the point that is there, else with one
 *  more of the class. Null where there may be no more, or no fewer. */
export function pressed({ rows, most, least }: Placed, reach: Reach, x: number, y: number, label: number): number[][] | null {
  const { low, high } = reach;
  const at = [x, y].map((share, axis) => low[axis] + share * (high[axis] - low[axis]));
  const away = rows.map((row) => {
    const [across, up] = sharesOf(reach, row);
    return Math.hypot(across - x, up - y);
  });
  const nearest = away.indexOf(Math.min(...away));
  if (away[nearest] <= NEAR) return rows.length > least ? rows.filter((_, i) => i !== nearest) : null;
  return rows.length < most ? [...rows, [...at.map(short), label]] : null;
}

/** What was placed on top of what Python told last: presses may come faster than its answers. */
export class Placing {
  own: number[][] | null = null; // null: Python has heard of all
  private waiting: string[] = []; // what was placed one after the other, as text

  placed(rows: number[][]): void {
    this.own = rows;
    this.waiting.push(JSON.stringify(rows));
  }

  /** Python's rows are these now. Others than those that were placed come of an undo or of another tab, and stand. */
  heard(rows: number[][]): void {
    const at = this.waiting.indexOf(JSON.stringify(rows));
    this.waiting = at < 0 ? [] : this.waiting.slice(at + 1);
    if (!this.waiting.length) this.own = null;
  }
}

const short = (value: number) => Math.round(value * 1000) / 1000;
