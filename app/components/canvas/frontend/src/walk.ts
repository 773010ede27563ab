// Where on its record a run is looked at: at its newest step, or walked back to an earlier one. Canvas and live view are two
// bundles, so they find it on the page itself, as they find the pollers.
import { Cell } from "./cell";
import type { RunRecord } from "./live/record";

/** A step that was walked to; null follows the newest. */
export type At = number | null;

export class Walks {
  private cells = new Map<string, Cell<At>>();
  private begun = new Set<string>();

  at(run: string): Cell<At> {
    const known = this.cells.get(run) ?? new Cell<At>(null);
    this.cells.set(run, known);
    return known;
  }

  /** Where these runs are looked at together; they go to one step. */
  together(runs: readonly string[], step: At): void {
    for (const run of runs) this.at(run).set(step);
  }

  /** Begins where the link says, once a page: after that it is where the person walked. */
  begin(run: string, step: At): void {
    if (this.begun.has(run)) return;
    this.begun.add(run);
    if (step !== null) this.at(run).set(step);
  }
}

const PLACE = Symbol.for("graphbuilder.walks");

/** The walks of this page, the same for every bundle. */
export const walks: Walks = ((globalThis as { [PLACE]?: Walks })[PLACE] ??= new Walks());

/** The steps at which something was seen of a network, or its weights were kept, of all of these runs together, each once, in order. */
export function stepsOf(...records: RunRecord[]): number[] {
  const all = records.flatMap((record) => [...record.nodes.values(), ...record.layers.values(), record.boundaries]);
  return [...new Set([...all.flatMap(({ steps }) => steps), ...records.flatMap(({ kept }) => kept)])].sort((a, b) => a - b);
}

/** The step that was recorded next to this one; the last of all is null, which follows what comes. */
export function nearest(steps: number[], step: number): At {
  const found = steps.reduce((best, one) => (Math.abs(one - step) < Math.abs(best - step) ? one : best), steps[0] ?? 0);
  return found === steps.at(-1) ? null : found;
}

/** So many recorded steps on from there, or back. */
export function moved(steps: number[], from: At, by: number): At {
  const last = steps.length - 1;
  const place = from === null ? last : steps.findLastIndex((step) => step <= from);
  const to = Math.max(0, place + by);
  return to >= last ? null : steps[to];
}

/** The step and the sample of an address. Streamlit tells Python of them at first alone. */
export const placeInLink = (search: string): Record<string, string> =>
  Object.fromEntries([...new URLSearchParams(search)].filter(([name]) => name === "step" || name === "sample"));

const EVERY_MS = 400; // browsers allow some hundred changes of an address in half a minute
let writing: ReturnType<typeof setTimeout> | undefined;
let newest: At = null;

/** Puts the step into the page's address, from where the canvas takes it along with its next message: soon, and while a
 * walk is played now and then. */
export function keepInLink(at: At): void {
  newest = at;
  writing ??= setTimeout(() => {
    writing = undefined;
    const link = new URL(location.href);
    if (newest === null) link.searchParams.delete("step");
    else link.searchParams.set("step", String(newest));
    if (link.href !== location.href) history.replaceState(history.state, "", link);
  }, EVERY_MS);
}
