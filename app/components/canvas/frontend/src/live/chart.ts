// One plot on the page. Its shape is drawn when a look changes; while a run lives only the numbers of its lines are exchanged.
import type Plotly from "plotly.js-basic-dist-min";
import { choices, type Zoom } from "./choices";
import { merge } from "./curves";
import { type Drawing, type Frame, isLoss, type Layout, type Line, type Metric } from "./plot";
import { alpha, mix, type Theme } from "./theme";

export type PlotlyLibrary = typeof Plotly;

export interface ChartLook {
  theme: Theme;
  log: boolean;
  layout: Layout; // Python's
  room?: number; // pixels at the right for the names of the lines, in place of a legend
  rate?: boolean; // an axis at the right for the learning rate
}

const OWN_MS = 150; // so long after drawing Plotly takes what is under the pointer away by itself

const CONFIG = { displayModeBar: false, doubleClick: false, displaylogo: false, responsive: false, showTips: false };

export class Chart {
  private reach = 0;
  private range: [number, number] | undefined;
  private drawn: { drawing: Drawing; look: ChartLook } | null = null;
  private signature = "";
  private drawnAt = 0;
  private filled = new Set<number>(); // lines that have numbers
  private isBlank = true; // no numbers to find a range by
  private working: Promise<unknown> = Promise.resolve(); // what Plotly has not drawn to its end yet

  constructor(
    private readonly box: HTMLElement,
    private readonly plotly: PlotlyLibrary,
    private readonly told: {
      zoomed: (isZoomed: boolean) => void;
      framed?: (frame: Frame) => void; // after every change of it, or of what is in it
      pointed?: (line: Line | null) => void; // which line is under the pointer
    },
  ) {
    if (told.pointed) box.addEventListener("pointerleave", () => told.pointed?.(null));
  }

  /** Draws everything anew; what the person zoomed or hid stays. */
  draw(drawing: Drawing, look: ChartLook): void {
    const { clientWidth: width, clientHeight: height } = this.box;
    if (width < 40 || height < 40) return;
    const isFirst = !this.drawn;
    this.drawnAt = performance.now();
    this.drawn = { drawing, look };
    const zoom = this.zoomOf();
    this.reach = drawing.reach();
    this.range = drawing.range?.();
    this.signature = "";
    const hidden = hiddenOn(drawing);
    const lines = drawing
      .lines()
      .map((line) => (hidden.has(line.name) && line.visible !== false ? { ...line, visible: "legendonly" } : line))
      .map((line) => (height < LOW && width < NARROW && line.legendgroup === "steps" ? { ...line, showlegend: false, legendgroup: undefined } : line));
    this.filled = new Set(lines.flatMap(({ x }, i) => (x.length ? [i] : [])));
    this.isBlank = isBlank(lines);
    const y = this.isBlank ? BLANK : (zoom.y ?? this.range);
    const layout = layoutOf(drawing.metric, look, { width, height }, { x: zoom.x ?? rangeOf(this.reach), y });
    if (isFirst) {
      const begun = this.plotly.newPlot(this.box, lines, layout, CONFIG);
      this.work(begun);
      void begun.then((box) => {
        if (!this.drawn) return;
        box.on("plotly_relayout", this.keepZoom as never);
        box.on("plotly_doubleclick", this.reset as never);
        box.on("plotly_restyle", this.keepHidden as never);
        box.on("plotly_hover", (({ points }: { points: { data: Line }[] }) => this.told.pointed?.(points[0].data)) as never);
        box.on("plotly_unhover", () => performance.now() - this.drawnAt > OWN_MS && this.told.pointed?.(null));
        this.tellFrame();
      });
    } else this.work(this.plotly.react(this.box, lines, layout, CONFIG).then(() => this.tellFrame()));
    this.told.zoomed(!!(zoom.x || zoom.y));
    this.tellFrame();
  }

  /** Exchanges the numbers. */
  append(): void {
    if (!this.drawn) return;
    const { drawing, look } = this.drawn;
    const points = drawing.points();
    if (this.isBlank && !isBlank(points)) return this.draw(drawing, look);
    const reach = drawing.reach();
    const signature = points.map(({ x, y }) => `${x.length}/${x.at(-1)}/${y.at(-1)}`).join() + reach;
    if (signature === this.signature) return; // accuracy changes once an epoch, and drawing costs
    this.signature = signature;
    const traces = points.flatMap(({ x }, i) => (x.length || this.filled.has(i) ? [i] : []));
    this.filled = new Set(traces.filter((i) => points[i].x.length));
    const numbers = { x: traces.map((i) => points[i].x), y: traces.map((i) => points[i].y) };
    this.drawnAt = performance.now();
    const axes = this.moved(reach, drawing.range?.());
    if (Object.keys(axes).length) this.work(this.plotly.update(this.box, numbers, axes, traces));
    else if (traces.length) this.work(this.plotly.restyle(this.box, numbers, traces));
    this.tellFrame();
  }

  resize(): void {
    if (this.drawn) this.draw(this.drawn.drawing, this.drawn.look);
  }

  reset = (): void => {
    if (!this.drawn) return;
    const { drawing, look } = this.drawn;
    choices.zooms.delete(drawing.key);
    this.draw(drawing, look);
  };

  save(name: string): void {
    const { data, layout } = this.box as unknown as { data: Line[]; layout: Layout };
    const legend = merge(layout, { showlegend: true, margin: { r: 20 }, legend: { x: 1.02, xanchor: "left", y: 1, yanchor: "top" } });
    const figure = this.drawn?.look.room ? { data, layout: legend } : this.box;
    void this.plotly.downloadImage(figure as HTMLElement, { format: "png", width: 1000, height: 600, scale: 2, filename: name });
  }

  /** Plotly draws in steps, and a plot that is gone before the last of them fails at it. */
  dispose(): void {
    this.drawn = null;
    void this.working.then(() => this.plotly.purge(this.box));
  }

  private work(promise: Promise<unknown>): void {
    this.working = Promise.allSettled([this.working, promise]);
  }

  private zoomOf = (): Zoom => choices.zooms.get(this.drawn?.drawing.key ?? "") ?? {};

  /** The axes that new numbers reach out of, unless the person holds them. */
  private moved(reach: number, range: [number, number] | undefined): Layout {
    const [zoom, axes] = [this.zoomOf(), {} as Layout];
    if (reach !== this.reach && !zoom.x) {
      axes["xaxis.range"] = rangeOf((this.reach = reach));
      for (const [name, value] of Object.entries(ticksOf(rangeOf(reach), this.box.clientWidth))) axes[`xaxis.${name}`] = value;
    }
    if (range && String(range) !== String(this.range) && !zoom.y) axes["yaxis.range"] = this.range = range;
    return axes;
  }

  private tellFrame(): void {
    if (!this.drawn || !this.told.framed) return;
    const { clientWidth: width, clientHeight: height } = this.box;
    const drawn = (this.box as unknown as { _fullLayout?: { _size?: Margin } })._fullLayout?._size; // with the legend's room
    const { l, r, t, b } = drawn ?? marginOf(this.drawn.look, height);
    const [zoom, blank] = [this.zoomOf(), BLANK];
    const y = this.isBlank ? blank : (zoom.y ?? this.range ?? blank);
    this.told.framed({ left: l, top: t, width: width - l - r, height: height - t - b, x: zoom.x ?? rangeOf(this.reach), y });
  }

  private keepZoom = (change: Record<string, number>): void => {
    if (!this.drawn) return;
    const zoom = { ...this.zoomOf() };
    if ("xaxis.range[0]" in change) zoom.x = [change["xaxis.range[0]"], change["xaxis.range[1]"]];
    if ("yaxis.range[0]" in change) zoom.y = [change["yaxis.range[0]"], change["yaxis.range[1]"]];
    if (!zoom.x && !zoom.y) return;
    choices.zooms.set(this.drawn.drawing.key, zoom);
    this.told.zoomed(true);
    this.tellFrame();
  };

  private keepHidden = ([change, traces]: [{ visible?: unknown[] }, number[]]): void => {
    if (!this.drawn || !change.visible) return;
    const hidden = hiddenOn(this.drawn.drawing);
    const lines = (this.box as unknown as { data: Line[] }).data;
    for (const i of traces) {
      if (lines[i].visible === "legendonly") hidden.add(lines[i].name);
      else hidden.delete(lines[i].name);
    }
  };
}

const hiddenOn = ({ metric }: Drawing) => choices.hidden[isLoss(metric) ? "loss" : "metric"];

const BLANK: [number, number] = [0, 1];

const isBlank = (lines: { y: (number | null)[] }[]) => lines.every(({ y }) => y.every((value) => value === null));

const LOW = 230; // pixels, below which a second row of names, or one for the axis, would cost too much of a plot
const SHORT = 140; // below which names above the plot would push its axis out of sight
const NARROW = 390; // for the names of all lines in one row
const TIGHT = 300; // for two names in one row, each with the room that Plotly gives it
const HALVES = { entrywidth: 0.49, entrywidthmode: "fraction" };

/** What the axis counts, in its line and left of all its numbers, where a row of its own would cost too much. */
const WORD_OF_AXIS = { text: "epoch", showarrow: false, xref: "paper", x: 0, xanchor: "right", xshift: -6, yref: "paper", y: 0, yanchor: "top", yshift: -3, borderpad: 0 };

const rangeOf = (reach: number): [number, number] => [-0.01 * reach, reach * 1.02];

/** Ticks at each epoch where there are few of them, at which Plotly would write fifths and halves; else as Plotly has them. */
const ticksOf = ([from, to]: [number, number], width: number): Layout =>
  to - from > 1.5 && to - from < Math.max(3, width / 60) ? { tickmode: "linear", tick0: 0, dtick: 1 } : { tickmode: "auto" };

interface Margin {
  l: number;
  r: number;
  t: number;
  b: number;
}

const RATE_ROOM = 58;

const marginOf = ({ layout, room, rate }: ChartLook, height: number): Margin => {
  const margin = { l: 50, r: 14, t: 8, b: 40, ...(layout.margin as object), ...(height < LOW && { b: 25 }) };
  return room || rate ? { ...margin, r: room || RATE_ROOM } : margin; // Plotly makes room above for a legend
};

/** Exported for its test. */
export function layoutOf(metric: Metric, look: ChartLook, size: { width: number; height: number }, range: { x: [number, number]; y?: [number, number] }): Layout {
  const { theme, log } = look;
  const base: Layout = {
    xaxis: { title: { text: "epoch", standoff: 3, font: { size: 13 } } },
    yaxis: { rangemode: log || !isLoss(metric) ? "normal" : "tozero" },
    hovermode: look.room ? "closest" : "x",
    dragmode: "zoom",
    showlegend: !look.room,
    legend: { orientation: "h", x: 0, xanchor: "left", y: 1, yanchor: "bottom", itemwidth: 30, tracegroupgap: 0, borderwidth: 0 },
  };
  const axis = { showexponent: "all", gridcolor: theme.grid, linecolor: theme.muted, tickcolor: theme.muted, zeroline: false, tickfont: { size: 13, color: theme.muted }, automargin: false };
  const tickformat = metric.share ? "~%" : log ? "~g" : ""; // with one of its own, every tick of a log axis is a whole number and not a digit
  const ours: Layout = {
    ...size,
    margin: marginOf(look, size.height),
    autosize: false,
    font: { family: theme.font, size: 13, color: theme.text },
    paper_bgcolor: theme.background,
    plot_bgcolor: theme.background,
    hoverlabel: hoverOf(theme),
    ...(size.height < SHORT && { showlegend: false }),
    legend: { bgcolor: alpha(theme.background, 0.65), font: { size: size.width < TIGHT ? 11 : size.height < LOW ? 12 : 13, color: theme.text }, ...(size.width < TIGHT && HALVES) },
    xaxis: { ...axis, range: range.x, autorange: false, ...ticksOf(range.x, size.width), ...(size.height < LOW && { title: { text: "" }, tickangle: 0, nticks: Math.max(3, Math.round(size.width / 60)) }) },
    ...(size.height < LOW && { annotations: [{ ...WORD_OF_AXIS, font: { size: 13, color: theme.muted } }] }),
    yaxis: { ...axis, type: log ? "log" : "linear", tickformat, exponentformat: "e", nticks: 6, ...(range.y ? { range: range.y, autorange: false } : { autorange: true }) },
  };
  const right = { ...axis, overlaying: "y", side: "right", type: log ? "log" : "linear", rangemode: log ? "normal" : "tozero", showgrid: false, tickmode: "auto", tickformat: ".2~g", nticks: 4 };
  return merge(base, look.layout, ours, look.rate ? { yaxis2: right } : {});
}

const hoverOf = (theme: Theme) => ({
  bgcolor: mix(theme.background, theme.text, 0.08),
  bordercolor: theme.muted,
  font: { size: 13, color: theme.text, family: theme.font },
});
