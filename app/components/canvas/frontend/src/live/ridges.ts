// Histograms of different ranges on one axis: where it reaches, and what falls where on it.
import type { Slice } from "./record";

export interface Axis {
  low: number;
  high: number;
}

type Histogram = Pick<Slice, "low" | "high" | "counts">;

const TAIL = 0.002; // of the values at each end do not stretch the axis

/** An axis with 0 on it that holds all but the outermost values of every histogram, with round ends. */
export function axisOf(histograms: readonly Histogram[]): Axis {
  let [low, high] = [0, 0];
  for (const histogram of histograms) {
    const [from, to] = reachOf(histogram);
    low = Math.min(low, from);
    high = Math.max(high, to);
  }
  if (low === 0 && high === 0) return { low: 0, high: 1 };
  const small = Math.max(-low, high) / 8; // a sliver on the other side of 0 keeps a visible width
  return { low: low && -roundUp(Math.max(-low, small)), high: high && roundUp(Math.max(high, small)) };
}

function reachOf({ low, high, counts }: Histogram): [number, number] {
  const width = (high - low) / counts.length;
  const few = TAIL * counts.reduce((sum, count) => sum + count, 0);
  let [first, last, passed] = [0, counts.length - 1, counts[0]];
  while (first < last && passed <= few) passed += counts[++first];
  passed = counts[last];
  while (last > first && passed <= few) passed += counts[--last];
  return [low + first * width, low + (last + 1) * width];
}

/** The next of 1, 1.5, 2, 3, 4, 5, 6, 8, 10 times a power of ten: steps so wide that the axis seldom moves. */
export function roundUp(value: number): number {
  const power = 10 ** Math.floor(Math.log10(value) + 1e-9);
  const factor = [1, 1.5, 2, 3, 4, 5, 6, 8, 10].find((step) => step * power >= value * (1 - 1e-9))!;
  return Number((factor * power).toPrecision(3));
}

/** The histogram over `bins` equal parts of the axis; a count is spread evenly over its own bin. */
export function rebin({ low, high, counts }: Histogram, axis: Axis, bins: number): number[] {
  const out = new Array<number>(bins).fill(0);
  const from = (high - low) / counts.length;
  const to = (axis.high - axis.low) / bins;
  counts.forEach((count, i) => {
    if (!count) return;
    const start = (low + i * from - axis.low) / to; // in bins of the axis
    const end = start + from / to;
    for (let bin = Math.max(0, Math.floor(start)); bin < Math.min(bins, end); bin++) {
      const shared = Math.min(end, bin + 1) - Math.max(start, bin);
      if (shared > 0) out[bin] += (count * shared) / (end - start);
    }
  });
  return out;
}

/** Heights from 0 to 1. Square roots, or the many zeros of a ReLU would press all else flat. */
export function heights(counts: readonly number[]): number[] {
  const top = Math.max(...counts, 1e-12);
  return counts.map((count) => Math.sqrt(count / top));
}

/** As many as fit, evenly chosen, the first and the last among them. */
export function thinned<Value>(values: readonly Value[], most: number): Value[] {
  if (values.length <= most) return [...values];
  if (most < 2) return values.slice(-1);
  return Array.from({ length: most }, (_, i) => values[Math.round((i * (values.length - 1)) / (most - 1))]);
}
