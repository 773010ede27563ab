// Several runs in one plot: the line of each with its validation strong and its training pale, and its name at the line's end.
import { escaped, hoverFormat, reachOf, stepLine } from "./curves";
import { type Band, type Drawing, epochLine, type Frame, isLoss, type Line, type Metric, NONE, type Points, type RunLook } from "./plot";
import type { RunRecord } from "./record";
import { alpha, type Theme } from "./theme";

/** A run that is compared, with what is known of it now. */
export interface Compared {
  id: string;
  name: string;
  look: RunLook;
  record: RunRecord | undefined;
}

const PALE = 0.5;
const BEHIND = 0.22; // the others while one is under the pointer
const HAZE = 0.45;
const ONE_OF_SEEDS = 0.5; // behind the mean of all

export const colorOf = ({ color, color_dark }: RunLook, theme: Theme): string => (theme.dark ? color_dark : color);

const LINE_EPOCHS = 2; // fewer are no line yet

/** The loss of each step of a run that has no line of epochs yet: of many that begin together nobody looks at an empty plot. */
const beginning = (record: RunRecord | undefined, metric: Metric): Points =>
  isLoss(metric) && record && record.epochs.length < LINE_EPOCHS ? stepLine(record.steps, (step) => record.epochOf(step)) : NONE;

/**
 * What the plot shows; `runs` is asked for the newest numbers. pointed: the run under the pointer, with its single steps.
 * bands: those that differ in their seeds alone, so that mean and standard deviation stand before them.
 */
export function comparisonOf(runs: () => Compared[], metric: Metric, theme: Theme, log: boolean, pointed: string | null, bands: Band[] = []): Drawing {
  const haze = (run: Compared) =>
    isLoss(metric) && run.id === pointed && run.record ? stepLine(run.record.steps, (step) => run.record!.epochOf(step)) : beginning(run.record, metric);
  const ofRuns = () => runs().flatMap((run) => [haze(run), epochLine(run.record, metric.key), epochLine(run.record, `val_${metric.key}`)]);
  const over = ({ runs: ids }: Band) => overSeeds(runs().filter(({ id }) => ids.includes(id)), metric, log); // prettier-ignore
  const points = () => [...ofRuns(), ...bands.flatMap((one) => Object.values(over(one)))];
  const lines = () => {
    const numbers = points();
    const drawn = runs().flatMap(({ id, name, look }, i) => {
      const color = colorOf(look, theme);
      const value = hoverFormat(metric);
      const opacity = pointed ? (pointed !== id ? BEHIND : 1) : bands.length ? ONE_OF_SEEDS : 1;
      const line = (part: string, width: number, share: number) => ({
        type: "scatter",
        mode: "lines",
        meta: id,
        name: part === "validation" ? escaped(name) : `${escaped(name)}, ${part}`,
        showlegend: part === "validation",
        opacity: opacity * share,
        line: { color, width, dash: look.dash || "solid", simplify: true },
        hovertemplate: `${escaped(name)}, ${part}: ${value}<br>epoch %{x}<extra></extra>`,
      });
      const steps = { ...line("each step", 1, 1), line: { color: alpha(color, HAZE), width: 1, simplify: true }, hoverinfo: "skip", hovertemplate: undefined };
      const styles = [steps, line("training", 1.75, PALE), line("validation", pointed === id ? 4 : 3, 1)];
      return styles.map((style, part) => ({ ...style, ...numbers[3 * i + part] }) as Line);
    });
    const ofBands = bands.flatMap(({ name, look }, place) => {
      const [band, mean] = numbers.slice(3 * runs().length + 2 * place);
      const color = look ? colorOf(look, theme) : theme.text;
      const common = { type: "scatter", mode: "lines", meta: "", showlegend: true };
      const of = name ? ` of ${escaped(name)}` : "";
      return [
        { ...common, ...band, name: `mean ± standard deviation${of}`, fill: "toself", fillcolor: alpha(color, look ? 0.22 : 0.14), line: { width: 0 }, hoverinfo: "skip" },
        { ...common, ...mean, name: `mean of ${name ? escaped(name) : "the seeds"}`, line: { color, width: look ? 4 : 3, dash: look?.dash || "solid" }, hovertemplate: `mean${of}: ${hoverFormat(metric)}<br>epoch %{x}<extra></extra>` },
      ];
    });
    return [...drawn, ...ofBands];
  };
  return {
    key: `compare:${metric.key}`,
    metric,
    lines,
    points,
    reach: () => reachOf(runs().map(({ record }) => record)),
    range: () => rangeOf(runs(), metric, log, bands),
  };
}

/** Mean over runs at each epoch that at least two of them reached, of the validation where there is one; and a band one standard deviation to both sides, as its outline. */
export function overSeeds(runs: Compared[], metric: Metric, log: boolean): { band: Points; mean: Points } {
  const hasOwn = runs.some(({ record }) => epochLine(record, `val_${metric.key}`).x.length);
  const byEpoch = new Map<number, number[]>();
  for (const { record } of runs) {
    const { x, y } = epochLine(record, hasOwn ? `val_${metric.key}` : metric.key);
    x.forEach((epoch, i) => {
      const value = y[i];
      if (value !== null && Number.isFinite(value)) byEpoch.set(epoch, [...(byEpoch.get(epoch) ?? []), value]);
    });
  }
  const told = [...byEpoch].filter(([, values]) => values.length > 1).sort(([a], [b]) => a - b);
  const at = told.map(([epoch, values]) => {
    const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
    const spread = Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (values.length - 1));
    const low = log ? Math.max(mean - spread, Math.min(...values)) : mean - spread; // zero has no place there
    return { epoch, mean, low, high: mean + spread };
  });
  const back = [...at].reverse();
  return {
    band: { x: [...at, ...back].map(({ epoch }) => epoch), y: [...at.map(({ high }) => high), ...back.map(({ low }) => low)] },
    mean: { x: at.map(({ epoch }) => epoch), y: at.map(({ mean }) => mean) },
  };
}

const MOST_TIMES = 25; // the middle value: what lies above it, as of a run that diverges, would press all others flat
const TIMES_FIRST = 2; // the middle of where the lines begin, which is shown however low they end
const CLOSE = 2.5; // times the least of a loss: where all are nearer to each other than to zero, what tells them apart is shown

/** What the axis reaches over, with a little air; in powers of ten where it is logarithmic. */
export function rangeOf(runs: Compared[], metric: Metric, log: boolean, bands: Band[] = []): [number, number] {
  const lines = runs.flatMap(({ record }) => [beginning(record, metric).y, ...[metric.key, `val_${metric.key}`].map((name) => epochLine(record, name).y)]);
  const all = [...lines.flat(), ...bands.flatMap(({ runs: ids }) => overSeeds(runs.filter(({ id }) => ids.includes(id)), metric, log).band.y)]; // prettier-ignore
  const values = all.filter((value) => value !== null && Number.isFinite(value) && (!log || value > 0)).sort((a, b) => a! - b!) as number[];
  if (!values.length) return log ? [-3, 0] : [0, 1];
  const [low, high] = [values[0], values.at(-1)!];
  if (log) return aired(Math.log10(low), Math.log10(high));
  const middle = values[values.length >> 1];
  const first = lines.flatMap(([one]) => one ?? []).filter(Number.isFinite).sort((a, b) => a - b);
  const begun = TIMES_FIRST * (first[(first.length - 1) >> 1] ?? 0);
  const top = isLoss(metric) && middle > 0 ? Math.min(high, Math.max(middle * MOST_TIMES, begun)) : high;
  if (!isLoss(metric) || low < 0 || top < CLOSE * low) return aired(low, top);
  return [0, aired(0, top)[1]];
}

function aired(low: number, high: number): [number, number] {
  const air = (high - low || Math.abs(high) || 1) * 0.05;
  return [low - air, high + air];
}

/** Where a step stands on the axis, of each run that it is in sight of; those within a pixel are one. */
export function cursorsOf<Look>(runs: { record: RunRecord; look: Look }[], step: number, { left, width, x: [low, high] }: Pick<Frame, "left" | "width" | "x">): { x: number; look: Look }[] {
  const cursors: { x: number; look: Look }[] = [];
  for (const { record, look } of runs) {
    const share = (record.epochOf(Math.min(step, record.step)) - low) / (high - low);
    const x = Math.round(left + share * width);
    if (share >= 0 && share <= 1 && !cursors.some((one) => Math.abs(one.x - x) <= 1)) cursors.push({ x, look });
  }
  return cursors;
}

/** A run's name beside the end of its line. */
export interface End {
  id: string;
  x: number; // where the line ends, in pixels of the plot
  y: number;
  at: number; // the height of the name
}

const LINE_HEIGHT = 19;

/**
 * The name of every run that has a number, as near to its line's end as the others leave it. seeds: of a run whose name stands for several seeds
 * all of them; it is at the end of their mean then.
 */
export function endsOf(runs: Compared[], metric: Metric, log: boolean, frame: Frame, seeds: Record<string, Compared[]> = {}): End[] {
  const ends = runs.flatMap(({ id, record }) => {
    const mean = seeds[id] ? lastOf(overSeeds(seeds[id], metric, log).mean, frame.x[1]) : null;
    const point = mean ?? lastPoint(record, metric, frame.x[1]);
    if (!point) return [];
    const value = log ? Math.log10(Math.max(point.y, 1e-300)) : point.y;
    const share = ([from, to]: [number, number], at: number) => Math.min(1, Math.max(0, (at - from) / (to - from)));
    return [{ id, x: frame.left + share(frame.x, point.x) * frame.width, y: frame.top + (1 - share(frame.y, value)) * frame.height }];
  });
  const room = { from: frame.top + LINE_HEIGHT / 2, to: frame.top + frame.height };
  const heights = spread(ends.map(({ y }) => y), LINE_HEIGHT, room); // prettier-ignore
  return ends.map((end, i) => ({ ...end, at: heights[i] }));
}

/** The last value in sight: that of the validation, or before there is one of the training, or of a step. */
function lastPoint(record: RunRecord | undefined, metric: Metric, until: number): { x: number; y: number } | null {
  const lines = [epochLine(record, `val_${metric.key}`), epochLine(record, metric.key), beginning(record, metric)];
  return lines.map((line) => lastOf(line, until)).find((point) => point !== null) ?? null;
}

function lastOf({ x, y }: Points, until: number): { x: number; y: number } | null {
  for (let i = x.length - 1; i >= 0; i--) {
    const value = y[i];
    if (x[i] <= until && value !== null && Number.isFinite(value)) return { x: x[i], y: value };
  }
  return null;
}

/** Places as near to the wanted ones as a distance of `gap` allows, in the same order; where there is no room for all, evenly. */
export function spread(wanted: number[], gap: number, { from, to }: { from: number; to: number }): number[] {
  const least = Math.min(gap, (to - from) / Math.max(1, wanted.length - 1));
  const order = wanted.map((_, i) => i).sort((a, b) => wanted[a] - wanted[b] || a - b);
  const groups: { members: number[]; start: number }[] = [];
  for (const i of order) {
    let group = { members: [i], start: within(wanted[i], 1) };
    for (let above = groups.at(-1); above && above.start + above.members.length * least > group.start; above = groups.at(-1)) {
      groups.pop();
      const members = [...above.members, ...group.members];
      const start = members.reduce((sum, member, place) => sum + wanted[member] - place * least, 0) / members.length;
      group = { members, start: within(start, members.length) };
    }
    groups.push(group);
  }
  const places = new Array<number>(wanted.length);
  for (const { members, start } of groups) members.forEach((member, place) => (places[member] = start + place * least));
  return places;

  function within(start: number, count: number): number {
    return Math.max(from, Math.min(start, to - (count - 1) * least));
  }
}

const LETTER = 9.4; // pixels, of a name with wide letters that stands out; in the system's own, where the page's are not there
const LEAD = 34; // for the line that leads to it, and the name's own edges

/** Pixels at the right of a plot for the longest name; of a narrow plot not more than half. */
export function roomFor(names: string[], width: number): number {
  const longest = Math.max(0, ...names.map((name) => name.length));
  return Math.round(Math.min(longest * LETTER + LEAD + 6, Math.max(90, width * 0.5)));
}
