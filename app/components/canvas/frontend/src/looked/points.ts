// Points of samples as Plotly draws them: a trace and a mark for each class, or one in the colours of a scale.
import { mix, type Theme } from "../live/theme";
import type { Coloured, Placed } from "./data";

const MARKS = ["circle", "diamond", "square", "triangle-up", "x"]; // colour alone tells nothing to some, and colours come again after six or eight
const MOST_NAMES = 14; // in a legend
const MOVES = 700; // points that can be seen to move; more would stutter
const FRAMES = 9;

export type Reach = [[number, number], [number, number]];

/** How far the points reach along both axes, and what they reached before; with a little room. */
export function reachOfPoints(points: readonly [number, number][], before: Reach | null): Reach {
  return [0, 1].map((axis) => {
    const values = points.map((point) => point[axis]).filter(Number.isFinite);
    const [low, high] = values.length ? [Math.min(...values), Math.max(...values)] : [-1, 1];
    const room = (high - low || 1) * 0.06;
    const [least, most] = before?.[axis] ?? [Infinity, -Infinity];
    return [Math.min(least, low - room), Math.max(most, high + room)];
  }) as Reach;
}

/** colors: of classes, taken again from the first where they do not last. chosen: "validation:17", which is ringed. */
export function figureOf(placed: Placed, colours: Coloured | null, colors: readonly string[], theme: Theme, reach: Reach, chosen: string) {
  const size = placed.points.length > 1200 ? 5 : placed.points.length > 400 ? 6 : 8;
  const data: Trace[] = colours?.kind === "class" ? ofClasses(placed, colours, colors, theme, size) : [ofNumbers(placed, colours, theme, size)];
  const ring = placed.samples.findIndex((sample) => `validation:${sample}` === chosen);
  if (ring >= 0) data.push(traceOf(placed, [ring], { name: "chosen", marker: { symbol: "circle-open", size: size + 8, color: theme.text, line: { width: 2 } }, showlegend: false, hoverinfo: "skip" }));
  const axis = { showticklabels: false, ticks: "", zeroline: false, gridcolor: theme.grid, showline: false, autorange: false };
  const isPca = placed.method === "pca";
  const titled = (at: number) => ({ text: isPca ? `component ${at + 1} · ${Math.round(100 * placed.shares[at])} %` : "", font: { size: 13, color: theme.muted }, standoff: 4 });
  const layout = {
    autosize: false,
    margin: { l: 26, r: 8, t: 6, b: 26 },
    font: { family: theme.font, size: 13, color: theme.text },
    paper_bgcolor: theme.background,
    plot_bgcolor: theme.background,
    hovermode: "closest",
    dragmode: "pan",
    showlegend: data.filter(({ showlegend }) => showlegend !== false).length > 1,
    legend: { font: { size: 13, color: theme.text }, itemsizing: "constant", bgcolor: "rgba(0,0,0,0)", maxheight: 400 }, // without a bar to scroll the names, where the plot is lower, too
    xaxis: { ...axis, range: reach[0], title: titled(0) },
    yaxis: { ...axis, range: reach[1], title: titled(1) },
    uirevision: `${placed.node} ${placed.method}`,
  };
  return { data, layout };
}

export type Trace = Record<string, unknown> & { x: number[]; y: number[]; ids: string[] };

/** What lies between two drawings of the same points, where these can be seen to move: of each frame all places of all traces. */
export function framesBetween(before: readonly Trace[], after: readonly Trace[]): { x: number[][]; y: number[][] }[] {
  const isStill = globalThis.matchMedia?.("(prefers-reduced-motion: reduce)").matches;
  const count = after.reduce((sum, { ids }) => sum + ids.length, 0);
  const isSame = before.length === after.length && before.every(({ ids }, at) => String(ids) === String(after[at].ids));
  if (isStill || count > MOVES || !isSame) return [];
  return Array.from({ length: FRAMES - 1 }, (_, frame) => {
    const share = 0.5 - 0.5 * Math.cos((Math.PI * (frame + 1)) / FRAMES);
    const between = (axis: "x" | "y") => after.map((trace, at) => trace[axis].map((value, point) => before[at][axis][point] + share * (value - before[at][axis][point])));
    return { x: between("x"), y: between("y") };
  });
}

function traceOf(placed: Placed, places: number[], rest: Record<string, unknown>): Trace {
  return {
    type: "scatter",
    mode: "markers",
    x: places.map((at) => placed.points[at][0]),
    y: places.map((at) => placed.points[at][1]),
    ids: places.map((at) => String(placed.samples[at])),
    places,
    hoverinfo: "none",
    ...rest,
  };
}

function ofClasses(placed: Placed, { names, values }: Coloured, colors: readonly string[], theme: Theme, size: number) {
  return names.flatMap((name, label) => {
    const places = values.flatMap((value, at) => (value === label ? [at] : []));
    if (!places.length) return [];
    const round = Math.floor(label / colors.length);
    const color = round ? mix(colors[label % colors.length], theme.text, Math.min(0.6, 0.3 * round)) : colors[label];
    const marker = { size, color, symbol: MARKS[label % MARKS.length], opacity: 0.85, line: { width: 0.5, color: theme.background } };
    return [traceOf(placed, places, { name, marker, showlegend: label < MOST_NAMES })];
  });
}

function ofNumbers(placed: Placed, colours: Coloured | null, theme: Theme, size: number) {
  const all = placed.points.map((_, at) => at);
  const marker = colours
    ? { size, color: colours.values, colorscale: "Viridis", showscale: true, opacity: 0.9, colorbar: { thickness: 12, title: { text: colours.target, font: { size: 13 } }, tickfont: { size: 12, color: theme.muted }, outlinewidth: 0 } }
    : { size, color: theme.training, opacity: 0.85 };
  return traceOf(placed, all, { name: colours?.target ?? "", marker, showlegend: false });
}
