// Where the findings of a run are seen: on a curve since some epoch, on a layer after some step. The list of findings, the curves and
// the canvas are three bundles, so they meet on the page itself, as they do for the pollers.
import { Cell } from "./cell";

/** A curve by its metric's name, from an epoch on (0: as a whole); or a layer by its node's path, after so many steps. */
export interface Spot {
  curve?: string;
  epoch?: number;
  node?: string;
  step?: number;
}

export interface Evident {
  title: string;
  text: string;
  evidence: Spot[];
}

const NOTHING: readonly Evident[] = [];

class Evidence {
  private cells = new Map<string, Cell<readonly Evident[]>>();

  of(run: string): Cell<readonly Evident[]> {
    const known = this.cells.get(run) ?? new Cell(NOTHING);
    this.cells.set(run, known);
    return known;
  }

  /** These are told of a run now; until the returned function is called. */
  tell(run: string, found: readonly Evident[]): () => void {
    const cell = this.of(run);
    const told = found.filter(({ evidence }) => evidence.length);
    if (JSON.stringify(told) !== JSON.stringify(cell.get())) cell.set(told);
    return () => cell.set(NOTHING);
  }
}

const PLACE = Symbol.for("graphbuilder.evidence");

/** That of this page, the same for every bundle. */
export const evidence: Evidence = ((globalThis as { [PLACE]?: Evidence })[PLACE] ??= new Evidence());

/** What is seen of a layer, in sentences. */
export const seenOf = (found: readonly Evident[], node: string): string[] =>
  found.filter(({ evidence }) => evidence.some((spot) => spot.node === node)).map(({ text }) => text);
