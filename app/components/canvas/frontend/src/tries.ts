// What is tried on a trained network: the input that was chosen or entered, and what every node gave for it. Canvas and Try are two
// bundles, so they find it on the page itself, as they find the pollers.
import { Cell } from "./cell";

/** A small view of one value: pictures of a byte a pixel as base64, numbers, or words. of: how many there are. */
export type Small =
  | { kind: "maps"; height: number; width: number; maps: string[]; of: number; low: number | null; high: number | null }
  | { kind: "bars"; values: (number | null)[]; of: number }
  | { kind: "words"; words: string[]; of: number };

export type Smalls = Record<string, Small>;

/** steps: of a series, by its lines' names and the steps from 0; what is left out stays as the sample has it. */
export type Given = { steps: Record<string, Record<string, number>> } | { picture: string } | { drawing: string } | { values: Record<string, number | string | null> } | { text: string };

/** What is asked about: a sample of the data, and the Inputs that are entered by hand, by name. */
export interface Asked {
  sample: string;
  inputs: Record<string, Given>;
}

export class Tries {
  private shown = new Map<string, Cell<Smalls | null>>();
  private kept = new Map<string, Cell<Asked>>();
  led = 0; // the last wish of the server's for a sample that was followed

  /** What the nodes of a run's network gave, while somebody looks at it. */
  nodes(run: string): Cell<Smalls | null> {
    const known = this.shown.get(run) ?? new Cell<Smalls | null>(null);
    this.shown.set(run, known);
    return known;
  }

  /** Turns to the sample that the server leads to, once a wish of its. */
  follow(project: string, led: number, sample: string): void {
    if (led > this.led && sample) this.asked(project, sample).set({ sample, inputs: {} });
    this.led = Math.max(this.led, led);
  }

  /** What is asked about in this project, kept while the panel is not there. */
  asked(project: string, sample: string): Cell<Asked> {
    const known = this.kept.get(project) ?? new Cell<Asked>({ sample, inputs: {} });
    this.kept.set(project, known);
    return known;
  }
}

const CALLED: Record<string, string> = { train: "training sample", validation: "validation sample", row: "row" };

/** A sample as people call it, counted from 1: "validation sample 4" for "validation:3". */
export function inWords(sample: string): string {
  const [part, number] = sample.split(":");
  return `${CALLED[part] ?? part} ${(Number(number) + 1).toLocaleString("en")}`;
}

/** What is looked at everywhere on the page of a project; at first the sample that the link leads to. */
export const askedOf = (project: string): Cell<Asked> => tries.asked(project, new URL(location.href).searchParams.get("sample") ?? "validation:0");

const PLACE = Symbol.for("graphbuilder.tries");

/** What is tried on this page, the same for every bundle. */
export const tries: Tries = ((globalThis as { [PLACE]?: Tries })[PLACE] ??= new Tries());

/** The pixels of one map, from low to high, in a colour from clear to full. */
export function pixelsOf(map: string, count: number, [r, g, b]: readonly number[]): Uint8ClampedArray<ArrayBuffer> {
  const bytes = atob(map);
  const pixels = new Uint8ClampedArray(4 * count);
  for (let i = 0; i < count; i++) pixels.set([r, g, b, bytes.charCodeAt(i)], 4 * i);
  return pixels;
}

let settling: ReturnType<typeof setTimeout> | undefined;

/** Puts the chosen sample into the page's address, from where the canvas takes it along with its next message. */
export function keepSampleInLink(sample: string): void {
  clearTimeout(settling);
  settling = setTimeout(() => {
    const link = new URL(location.href);
    link.searchParams.set("sample", sample);
    if (link.href !== location.href) history.replaceState(history.state, "", link);
  }, 250);
}
