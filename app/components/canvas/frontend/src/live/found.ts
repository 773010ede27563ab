// What findings of a run are seen by on one plot: a ring on the curve where it begins, and a line under the plot's edge from there on.
import type { Evident } from "../evidence";
import { epochLine, type Frame, type Metric, type Points } from "./plot";
import type { RunRecord } from "./record";

/** One finding on a plot. epoch: since when; 0: as a whole. */
export interface OnPlot {
  title: string;
  text: string;
  curve: string;
  epoch: number;
}

/** The findings that are seen on this plot, each once. */
export const onPlot = (found: readonly Evident[], { key }: Metric): OnPlot[] =>
  found.flatMap(({ title, text, evidence }) => {
    const spots = evidence.filter(({ curve }) => curve === key || curve === `val_${key}`);
    return spots.slice(0, 1).map(({ curve, epoch }) => ({ title, text, curve: curve!, epoch: epoch ?? 0 }));
  });

/** Where their rings are: on their curve, at the first epoch told from then on. */
export function ringsOf(record: RunRecord, found: readonly OnPlot[]): Points & { text: string[] } {
  const rings = found.flatMap(({ curve, epoch, title }) => {
    const { x, y } = epochLine(record, curve);
    const place = epoch ? x.findIndex((one, i) => one >= epoch && Number.isFinite(y[i])) : -1;
    return place < 0 ? [] : [{ x: x[place], y: y[place], text: title }];
  });
  return { x: rings.map(({ x }) => x), y: rings.map(({ y }) => y), text: rings.map(({ text }) => text) };
}

/** A line from the epoch since which something is seen to the right edge of the plot, with its label over it. */
export interface Since {
  left: number; // pixels of the plot
  width: number;
  atRight: boolean; // the label stands at the line's right end
  title: string;
  text: string;
}

const LETTER = 7.2; // pixels

/** All of them, where they begin in sight; the nearest to a cause first. */
export function sinceOf(found: readonly OnPlot[], { left, width, x: [low, high] }: Pick<Frame, "left" | "width" | "x">): Since[] {
  return found.flatMap(({ title, text, epoch }) => {
    if (epoch > high) return [];
    const from = left + (Math.max(0, epoch - low) / (high - low)) * width;
    const room = left + width - from;
    return [{ left: from, width: room, atRight: title.length * LETTER > room, title, text }];
  });
}
