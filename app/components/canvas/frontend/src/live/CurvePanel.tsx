// A plot with its title and tools. Plotly comes as a chunk of its own, so that the page does not wait for it.
import { type ReactNode, useEffect, useRef, useState } from "react";
import { useCell } from "../cell";
import { pollers, type Run } from "../poller";
import { Chart, type PlotlyLibrary } from "./chart";
import { choices } from "./choices";
import type { Metric, Smoothing } from "./curves";
import type { Data, Layout } from "./data";
import { RunRecord } from "./record";
import type { Theme } from "./theme";

interface PanelProps {
  metric: Metric;
  title: ReactNode;
  run: Run;
  name: string;
  compare: Data["compare"];
  layout: Layout;
  theme: Theme | null;
  legend: "inside" | "below";
}

let library: Promise<PlotlyLibrary> | undefined;
const loadPlotly = () => (library ??= import("plotly.js-basic-dist-min").then((loaded) => loaded.default));

export function CurvePanel({ metric, title, run, name, compare, layout, theme, legend }: PanelProps) {
  const box = useRef<HTMLDivElement>(null);
  const [chart, setChart] = useState<Chart | null>(null);
  const [isZoomed, setZoomed] = useState(false);
  const [isMissing, setMissing] = useState(false);
  const smoothing = useCell(choices.smoothing);
  const log = useCell(choices.log[metric]);
  const wanted = JSON.stringify([run, compare, layout]); // data of Streamlit are new objects on every run of the page

  useEffect(() => {
    let made: Chart | null = null;
    let isGone = false;
    loadPlotly().then(
      (plotly) => {
        if (isGone || !box.current) return;
        made = new Chart(box.current, plotly, setZoomed);
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

  useEffect(() => {
    if (!chart || !theme) return;
    const [run, compare, layout] = JSON.parse(wanted) as [Run, Data["compare"], Layout];
    const empty = new RunRecord(run.id);
    const recordOf = () => pollers.record(run.id) ?? empty;
    let drawn: RunRecord | null = null;
    const show = () => {
      const record = recordOf();
      if (record === drawn) return chart.append(record);
      drawn = record;
      const others = compare.map(({ run, name }) => ({ name, get record() { return pollers.record(run); } })); // prettier-ignore
      chart.draw(record, { metric, smoothing, theme, name, others, log, layout, legend });
    };
    const ends = [
      pollers.watch(run, show, 10),
      ...compare.map(({ run, path }) => pollers.watch({ id: run, path }, show, 2)),
    ];
    show();
    return () => ends.forEach((end) => end());
  }, [chart, theme, wanted, metric, smoothing, log, name, legend]);

  useEffect(() => {
    if (!chart) return;
    const observer = new ResizeObserver(() => chart.resize());
    observer.observe(box.current!);
    return () => observer.disconnect();
  }, [chart]);

  const toggleLog = () => {
    choices.zooms.delete(`${run.id}:${metric}`);
    choices.log[metric].set(!log);
  };
  return (
    <section className="lv-panel" aria-label={metric === "loss" ? "Loss over epochs" : "Accuracy over epochs"} data-testid={`plot-${metric}`}>
      <header>
        {title}
        <div className="lv-tools">
          {isZoomed && <Tool label="Reset zoom" path={PATHS.reset} act={() => chart?.reset()} />}
          <Tool label="Download as PNG" path={PATHS.save} act={() => chart?.save(metric)} quiet />
          {metric === "loss" && <SmoothingChoice smoothing={smoothing} />}
          {metric === "loss" && (
            <button type="button" className="lv-log" aria-pressed={log} title="Logarithmic axis" onClick={toggleLog}>
              log
            </button>
          )}
        </div>
      </header>
      <div className="lv-plot">
        <div ref={box} className="lv-plot-box" />
        {!chart && <p className="lv-plot-wait">{isMissing ? "The plots could not be loaded; reload the page." : "Loading the plots"}</p>}
      </div>
    </section>
  );
}

const CHOICES: { value: Smoothing; label: string; path: string }[] = [
  { value: "off", label: "No smoothing", path: "M2 15 5 6l3 12 3-11 3 12 3-13 2 10 1-4" },
  { value: "some", label: "Some smoothing", path: "M2 8c2 0 3 7 5 7s3-6 5-6 3 6 5 6 2-3 5-3" },
  { value: "much", label: "Much smoothing", path: "M2 7c5 0 9 10 20 10" },
];

function SmoothingChoice({ smoothing }: { smoothing: Smoothing }) {
  return (
    <div className="lv-choice" role="group" aria-label="Smoothing of the loss">
      {CHOICES.map(({ value, label, path }) => (
        <Tool key={value} label={label} path={path} isOn={smoothing === value} act={() => choices.smoothing.set(value)} />
      ))}
    </div>
  );
}

const PATHS = {
  reset: "M4 9V4h5M15 4h5v5M20 15v5h-5M9 20H4v-5",
  save: "M12 4v11M7 11l5 5 5-5M5 20h14",
};

function Tool({ label, path, act, isOn, quiet }: { label: string; path: string; act: () => void; isOn?: boolean; quiet?: boolean }) {
  return (
    <button type="button" className={quiet ? "is-quiet" : undefined} aria-label={label} title={label} aria-pressed={isOn} onClick={act}>
      <svg viewBox="0 0 24 24" aria-hidden="true">
        <path d={path} />
      </svg>
    </button>
  );
}
