// A plot with its title and tools. Plotly comes as a chunk of its own, so that the page does not wait for it.
import { type ReactNode, useEffect, useRef, useState } from "react";
import { useCell } from "../cell";
import { Chart, type PlotlyLibrary } from "./chart";
import { choices } from "./choices";
import { type Frame, isLoss, type Line, type Metric } from "./plot";

interface PlotProps {
  metric: Metric;
  title: ReactNode;
  label: string;
  zoom: string; // the key of what a person zoomed
  draw: ((chart: Chart) => () => void) | null; // draws and goes on drawing until it is told to end; another one draws anew
  tools?: ReactNode;
  framed?: (frame: Frame) => void;
  pointed?: (line: Line | null) => void;
  children?: ReactNode; // over the plot
}

let library: Promise<PlotlyLibrary> | undefined;
const loadPlotly = () => (library ??= import("plotly.js-basic-dist-min").then((loaded) => loaded.default));

export function PlotPanel({ metric, title, label, zoom, draw, tools, framed, pointed, children }: PlotProps) {
  const box = useRef<HTMLDivElement>(null);
  const [chart, setChart] = useState<Chart | null>(null);
  const [isZoomed, setZoomed] = useState(false);
  const [isMissing, setMissing] = useState(false);
  const log = useCell(choices.log);

  useEffect(() => {
    let made: Chart | null = null;
    let isGone = false;
    loadPlotly().then(
      (plotly) => {
        if (isGone || !box.current) return;
        made = new Chart(box.current, plotly, { zoomed: setZoomed, framed, pointed });
        setChart(made);
      },
      () => {
        library = undefined;
        setMissing(true);
      },
    );
    return () => {
      isGone = true;
      made?.dispose();
      setChart(null);
    };
  }, []);

  useEffect(() => (chart && draw ? draw(chart) : undefined), [chart, draw]);

  useEffect(() => {
    if (!chart) return;
    const observer = new ResizeObserver(() => chart.resize());
    observer.observe(box.current!);
    return () => observer.disconnect();
  }, [chart]);

  const toggleLog = () => {
    choices.zooms.delete(zoom);
    choices.log.set(!log);
  };
  return (
    <section className="lv-panel" aria-label={label} data-testid={`plot-${metric.key}`}>
      <header>
        {title}
        <div className="lv-tools">
          {isZoomed && <Tool label="Reset zoom" path={PATHS.reset} act={() => chart?.reset()} />}
          <Tool label="Download as PNG" path={PATHS.save} act={() => chart?.save(metric.key)} quiet />
          {tools}
          {isLoss(metric) && (
            <button type="button" className="lv-log" aria-pressed={log} title="Logarithmic axis" onClick={toggleLog}>
              log
            </button>
          )}
        </div>
      </header>
      <div className="lv-plot">
        <div ref={box} className="lv-plot-box" />
        {children}
        {!chart && <p className="lv-plot-wait">{isMissing ? "The plots could not be loaded; reload the page." : "Loading the plots"}</p>}
      </div>
    </section>
  );
}

const PATHS = {
  reset: "M4 9V4h5M15 4h5v5M20 15v5h-5M9 20H4v-5",
  save: "M12 4v11M7 11l5 5 5-5M5 20h14",
};

export function Tool({ label, path, act, isOn, quiet }: { label: string; path: string; act: () => void; isOn?: boolean; quiet?: boolean }) {
  return (
    <button type="button" className={quiet ? "is-quiet" : undefined} aria-label={label} title={label} aria-pressed={isOn} onClick={act}>
      <svg viewBox="0 0 24 24" aria-hidden="true">
        <path d={path} />
      </svg>
    </button>
  );
}
