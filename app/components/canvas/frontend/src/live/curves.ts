// From a run's record to the lines of its plot: each step, smoothed, epochs, validation, the best epoch.
import { type OnPlot, ringsOf } from "./found";
import { type Drawing, epochLine, isLoss, type Layout, type Line, type Metric, NONE, type Points, type Smoothing } from "./plot";
import type { RunRecord } from "./record";
import type { StepSeries } from "./steps";
import type { Theme } from "./theme";

/** How Plotly writes a value under the pointer. */
export const hoverFormat = ({ share }: Metric) => (share ? "%{y:.2%}" : "%{y:.4g}");

export interface Look {
  metric: Metric;
  smoothing: Smoothing;
  rate?: boolean; // with the learning rate, by an axis of its own
  found?: readonly OnPlot[]; // findings that are seen on it
  theme: Theme;
}

const FEW = 40; // of more epochs the markers would run together

/** Plotly reads tags and entities in names; a person's text is shown as it is. */
export const escaped = (text: string): string => text.replace(/&/g, "&amp;").replace(/</g, "&lt;").replace(/>/g, "&gt;");

/** Where a step stands on the axis. */
type EpochOf = (step: number) => number;

/** Every step; where a point stands for several, from their least to their greatest, as all of them drawn would look. */
export function stepLine(steps: StepSeries, epochOf: EpochOf): Points {
  if (steps.width === 1) {
    return { x: steps.points.map(({ to }) => epochOf(to)), y: steps.points.map(({ count, mean }) => (count ? mean : null)) };
  }
  const [x, y]: [number[], (number | null)[]] = [[], []];
  steps.points.forEach(({ from, to, count, low, high }, i) => {
    const at = epochOf((from + to) / 2);
    x.push(at, at);
    if (!count) y.push(null, null);
    else y.push(...(i % 2 ? [high, low] : [low, high]));
  });
  return { x, y };
}

const MEMORY: Record<Smoothing, number> = { off: 0, some: 1 / 120, much: 1 / 30 }; // of all steps that the axis has room for

/** An exponential mean over the steps, corrected at its beginning, so that it does not start at zero. */
export function smoothLine(steps: StepSeries, epochOf: EpochOf, allSteps: number, smoothing: Smoothing): Points {
  if (smoothing === "off") return NONE;
  const memory = Math.max(smoothing === "some" ? 5 : 15, allSteps * MEMORY[smoothing]);
  let [sum, weight] = [0, 0];
  const y = steps.points.map(({ count, mean }) => {
    if (!count) return null;
    const kept = Math.exp(-count / memory);
    sum = sum * kept + mean * (1 - kept);
    weight = weight * kept + (1 - kept);
    return sum / weight;
  });
  return { x: steps.points.map(({ to }) => epochOf(to)), y };
}

/** The epoch of the lowest validation loss, on whichever plot. */
function bestPoint({ best }: RunRecord, metric: string): Points {
  const value = best?.metrics[metric];
  return best && value !== undefined ? { x: [best.number], y: [value] } : NONE;
}

/** The curves of one run. */
export const curvesOf = (record: RunRecord, look: Look): Drawing => ({
  key: `${record.run}:${look.metric.key}`,
  metric: look.metric,
  lines: () => linesOf(record, look),
  points: () => pointsOf(record, look),
  reach: () => reachOf([record]),
});

/** The learning rate of each epoch's last step. */
export function rateLine({ epochs }: RunRecord): Points {
  const known = epochs.filter(({ rate }) => typeof rate === "number");
  return { x: known.map(({ number }) => number), y: known.map(({ rate }) => rate!) };
}

const NEAR = 0.06; // of the axis of epochs: as close as that a ring reaches the word at the star, and the word the numbers of the axis

const HIGH = 0.85; // of the highest: a loss as near to the top that a word above it would stand among the names of the lines

const isRinged = (rings: Points, epoch: number, reach: number) => rings.x.some((x) => Math.abs(x - epoch) <= NEAR * reach);

/** The word at the best epoch's star; a line farther off where a finding's ring lies around it. */
const bestWord = (isAbove: boolean, isRinged: boolean) => (!isRinged ? "best" : isAbove ? "best<br>\u00a0" : "\u00a0<br>best");

/** The numbers of every line, in the order of `linesOf`. */
export function pointsOf(record: RunRecord, { metric, smoothing, rate, found = [] }: Look): (Points & { text?: string[]; textposition?: string[] })[] {
  const { steps } = record;
  const { key } = metric;
  const all = reachOf([record]) * record.perEpoch; // of what is shown: by all that are to come, the first would hang behind
  const epochOf = (step: number) => record.epochOf(step);
  const [best, rings] = [bestPoint(record, `val_${key}`), ringsOf(record, found)];
  const drawn = [isLoss(metric) ? stepLine(steps, epochOf) : NONE, epochLine(record, key), epochLine(record, `val_${key}`)];
  const top = drawn.flatMap(({ y }) => y).reduce<number>((most, value) => Math.max(most, value ?? most), 0);
  const isAbove = isLoss(metric) && !best.y.some((value) => value !== null && value > HIGH * top);
  return [
    drawn[0],
    isLoss(metric) ? smoothLine(steps, epochOf, all, smoothing) : NONE,
    ...drawn.slice(1),
    {
      ...best,
      text: best.x.map((epoch) => bestWord(isAbove, isRinged(rings, epoch, reachOf([record])))),
      textposition: best.x.map((epoch) => `${isAbove ? "top" : "bottom"} ${epoch < NEAR * reachOf([record]) ? "right" : "center"}`),
    },
    rate ? rateLine(record) : NONE,
    rings,
  ];
}

export function linesOf(record: RunRecord, look: Look): Line[] {
  const { metric, smoothing, theme } = look;
  const value = hoverFormat(metric);
  const hover = (name: string) => `${name}: ${value}<extra></extra>`;
  const quiet = { type: "scatter", mode: "lines", hoverinfo: "skip" };
  const steps = { legendgroup: "steps" };
  const mode = (record.allEpochs ?? 0) > FEW ? "lines" : "lines+markers";
  const styles: Omit<Line, "x" | "y">[] = [
    { ...quiet, name: "each step", visible: isLoss(metric), ...steps, showlegend: smoothing === "off", line: { color: theme.steps, width: 1, simplify: true } },
    { ...quiet, name: "smoothed", visible: isLoss(metric) && smoothing !== "off", ...steps, line: { color: theme.smoothed, width: 2.5 } },
    {
      type: "scatter",
      mode,
      name: "training",
      line: { color: theme.training, width: 3 },
      marker: { symbol: "circle", size: 7 },
      hovertemplate: hover("training"),
    },
    {
      type: "scatter",
      mode,
      name: "validation",
      line: { color: theme.validation, width: 3, dash: "8px,4px" },
      marker: { symbol: "diamond", size: 8 },
      hovertemplate: hover("validation"),
    },
    {
      type: "scatter",
      mode: "markers+text",
      name: "best epoch",
      textfont: { size: 13, color: theme.text },
      cliponaxis: false,
      showlegend: false,
      marker: { symbol: "star", size: 14, color: theme.validation, line: { color: theme.text, width: 1.5 } },
      hovertemplate: "lowest validation loss: epoch %{x}<extra></extra>",
    },
    {
      type: "scatter",
      mode: "lines",
      name: "learning rate",
      visible: !!look.rate,
      showlegend: false, // the pressed button names it, and names take room
      yaxis: look.rate ? "y2" : "y", // a hidden line has its axis drawn all the same
      line: { color: theme.muted, width: 2, dash: "2px,3px", shape: "vh" },
      hovertemplate: "learning rate: %{y:.4g}<extra></extra>",
    },
    {
      type: "scatter",
      mode: "markers",
      name: "findings",
      cliponaxis: false,
      showlegend: false,
      marker: { symbol: "circle-open", size: 17, color: theme.text, line: { color: theme.text, width: 2.5 } },
      hovertemplate: "%{text}<extra></extra>",
    },
  ];
  const points = pointsOf(record, look);
  return styles.map((style, i) => ({ ...style, ...points[i] }) as Line);
}

const STAGES = [1, 2, 3, 5, 10, 15, 20, 30, 50];

/** How far the axis of epochs reaches: in stages, so that it rests while the lines grow. */
export function reachOf(records: (RunRecord | undefined)[]): number {
  const known = records.filter((record) => record !== undefined);
  const done = Math.max(...known.map((record) => Math.max(record.epochOf(record.step), record.epochs.at(-1)?.number ?? 0)), 0);
  if (known.every(({ isFinal }) => isFinal)) return Math.max(done, 1);
  const all = Math.max(...known.map(({ allEpochs }) => allEpochs ?? 1), done);
  let scale = 1;
  while (scale * 50 < done) scale *= 10;
  return Math.min(all, scale * STAGES.find((stage) => stage * scale >= done)!);
}

/** Plain parts put together, the later over the earlier. */
export function merge(...parts: Layout[]): Layout {
  const out: Layout = {};
  for (const part of parts) {
    for (const [key, value] of Object.entries(part)) {
      const [there, isPlain] = [out[key], value !== null && typeof value === "object" && !Array.isArray(value)];
      out[key] = isPlain ? merge((there ?? {}) as Layout, value as Layout) : value;
    }
  }
  return out;
}
