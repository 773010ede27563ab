// One plot on the page. Its shape is drawn when a look changes; while a run lives only the numbers of its lines are exchanged.
import type Plotly from "plotly.js-basic-dist-min";
import { choices, type Zoom } from "./choices";
import { type Line, type Look, type Metric, linesOf, merge, pointsOf, reachOf } from "./curves";
import type { Layout } from "./data";
import type { RunRecord } from "./record";
import { alpha, mix, type Theme } from "./theme";

export type PlotlyLibrary = typeof Plotly;

export interface ChartLook extends Look {
  log: boolean;
  layout: Layout; // Python's
  legend: "inside" | "below";
}

const CONFIG = { displayModeBar: false, doubleClick: false, displaylogo: false, responsive: false, showTips: false };

export class Chart {
  private reach = 0;
  private drawn: { record: RunRecord; look: ChartLook } | null = null;
  private signature = "";
  private isBlank = true; // no numbers to find a range by

  constructor(
    private readonly box: HTMLElement,
    private readonly plotly: PlotlyLibrary,
    private readonly zoomed: (isZoomed: boolean) => void,
  ) {}

  /** Draws everything anew; what the person zoomed or hid stays. */
  draw(record: RunRecord, look: ChartLook): void {
    const { clientWidth: width, clientHeight: height } = this.box;
    if (width < 40 || height < 40) return;
    const isFirst = !this.drawn;
    const zoom = this.zoomOf(record, look);
    this.drawn = { record, look };
    this.reach = reachOf(record, look.others);
    this.signature = "";
    const hidden = choices.hidden[look.metric];
    const lines = linesOf(record, look).map((line) => (hidden.has(line.name) && line.visible !== false ? { ...line, visible: "legendonly" } : line));
    this.isBlank = isBlank(lines);
    const layout = layoutOf(look, { width, height }, this.reach, this.isBlank ? { ...zoom, y: BLANK[look.metric] } : zoom);
    if (isFirst) {
      void this.plotly.newPlot(this.box, lines, layout, CONFIG).then((box) => {
        box.on("plotly_relayout", this.keepZoom as never);
        box.on("plotly_doubleclick", this.reset as never);
        box.on("plotly_restyle", this.keepHidden as never);
      });
    } else void this.plotly.react(this.box, lines, layout, CONFIG);
    this.zoomed(!!(zoom.x || zoom.y));
  }

  /** Exchanges the numbers. */
  append(record: RunRecord): void {
    if (!this.drawn || record !== this.drawn.record) return;
    const { look } = this.drawn;
    const points = pointsOf(record, look);
    if (this.isBlank && !isBlank(points)) return this.draw(record, look);
    const reach = reachOf(record, look.others);
    const signature = points.map(({ x, y }) => `${x.length}/${x.at(-1)}/${y.at(-1)}`).join() + reach;
    if (signature === this.signature) return; // accuracy changes once an epoch, and drawing costs
    this.signature = signature;
    const traces = points.flatMap(({ x }, i) => (x.length ? [i] : []));
    const numbers = { x: traces.map((i) => points[i].x), y: traces.map((i) => points[i].y) };
    if (reach !== this.reach && !this.zoomOf(record, look).x) {
      this.reach = reach;
      void this.plotly.update(this.box, numbers, { "xaxis.range": rangeOf(reach) }, traces);
    } else if (traces.length) void this.plotly.restyle(this.box, numbers, traces);
  }

  resize(): void {
    if (this.drawn) this.draw(this.drawn.record, this.drawn.look);
  }

  reset = (): void => {
    if (!this.drawn) return;
    const { record, look } = this.drawn;
    choices.zooms.delete(keyOf(record, look));
    this.draw(record, look);
  };

  save(name: string): void {
    void this.plotly.downloadImage(this.box, { format: "png", width: 1000, height: 600, scale: 2, filename: name });
  }

  dispose(): void {
    this.plotly.purge(this.box);
  }

  private zoomOf = (record: RunRecord, look: Look): Zoom => choices.zooms.get(keyOf(record, look)) ?? {};

  private keepZoom = (change: Record<string, number>): void => {
    if (!this.drawn) return;
    const { record, look } = this.drawn;
    const zoom = { ...this.zoomOf(record, look) };
    if ("xaxis.range[0]" in change) zoom.x = [change["xaxis.range[0]"], change["xaxis.range[1]"]];
    if ("yaxis.range[0]" in change) zoom.y = [change["yaxis.range[0]"], change["yaxis.range[1]"]];
    if (!zoom.x && !zoom.y) return;
    choices.zooms.set(keyOf(record, look), zoom);
    this.zoomed(true);
  };

  private keepHidden = ([change, traces]: [{ visible?: unknown[] }, number[]]): void => {
    if (!this.drawn || !change.visible) return;
    const hidden = choices.hidden[this.drawn.look.metric];
    const lines = (this.box as unknown as { data: Line[] }).data;
    for (const i of traces) {
      if (lines[i].visible === "legendonly") hidden.add(lines[i].name);
      else hidden.delete(lines[i].name);
    }
  };
}

const BLANK: Record<Metric, [number, number]> = { loss: [0, 1], accuracy: [0, 1] };

const isBlank = (lines: { y: (number | null)[] }[]) => lines.every(({ y }) => y.every((value) => value === null));

const keyOf = (record: RunRecord, look: Look) => `${record.run}:${look.metric}`;

const rangeOf = (reach: number): [number, number] => [-0.01 * reach, reach * 1.02];

function layoutOf(look: ChartLook, size: { width: number; height: number }, reach: number, zoom: Zoom): Layout {
  const { theme, metric, log } = look;
  const inside = { x: 1, xanchor: "right", y: metric === "loss" ? 1 : 0, yanchor: metric === "loss" ? "top" : "bottom" };
  const below = { orientation: "h", x: 0, xanchor: "left", y: -50 / Math.max(80, size.height - 90), yanchor: "top" };
  const base: Layout = {
    margin: { l: 46, r: 14, t: 8, b: 40 },
    xaxis: { title: { text: "epoch", standoff: 3, font: { size: 13 } } },
    yaxis: { rangemode: log || metric === "accuracy" ? "normal" : "tozero", tickformat: metric === "accuracy" ? ".0%" : "" },
    hovermode: "x",
    dragmode: "zoom",
    showlegend: true,
    legend: { ...(look.legend === "below" ? below : inside), itemwidth: 30, tracegroupgap: 0, borderwidth: 0 },
  };
  const axis = { gridcolor: theme.grid, linecolor: theme.muted, tickcolor: theme.muted, zeroline: false, tickfont: { size: 13, color: theme.muted }, automargin: false };
  const ours: Layout = {
    ...size,
    autosize: false,
    font: { family: theme.font, size: 13, color: theme.text },
    paper_bgcolor: theme.background,
    plot_bgcolor: theme.background,
    hoverlabel: hoverOf(theme),
    legend: { bgcolor: alpha(theme.background, 0.65), font: { size: 13, color: theme.text } },
    xaxis: { ...axis, range: zoom.x ?? rangeOf(reach), autorange: false },
    yaxis: { ...axis, type: log ? "log" : "linear", ...(log && { dtick: 1 }), ...(zoom.y ? { range: zoom.y, autorange: false } : { autorange: true }) },
  };
  return merge(base, look.layout, ours);
}

const hoverOf = (theme: Theme) => ({
  bgcolor: mix(theme.background, theme.text, 0.08),
  bordercolor: theme.muted,
  font: { size: 13, color: theme.text, family: theme.font },
});
