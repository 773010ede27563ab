// The curves of one run in one plot.
import { type ReactNode, useCallback, useMemo, useState } from "react";
import { useCell } from "../cell";
import { evidence } from "../evidence";
import { pollers, type Run } from "../poller";
import type { At } from "../walk";
import type { Chart } from "./chart";
import { choices } from "./choices";
import { curvesOf } from "./curves";
import { onPlot } from "./found";
import { Marks } from "./Marks";
import type { Labels } from "./marks";
import { PlotPanel, Tool } from "./PlotPanel";
import { type Frame, isLoss, type Layout, type Metric, type Smoothing } from "./plot";
import { RunRecord } from "./record";
import type { Theme } from "./theme";
import { useRun } from "./useRun";

interface PanelProps {
  metric: Metric;
  title: ReactNode;
  run: Run;
  at: At; // the step that is looked at
  labels: Labels; // of the nodes
  layout: Layout;
  theme: Theme | null;
}

export function CurvePanel({ metric, title, run, at, labels, layout, theme }: PanelProps) {
  const [frame, setFrame] = useState<Frame | null>(null);
  const framed = useCallback((next: Frame) => setFrame((known) => (JSON.stringify(known) === JSON.stringify(next) ? known : next)), []);
  const smoothing = useCell(choices.smoothing);
  const log = useCell(choices.log) && isLoss(metric);
  const hasRate = useRun(run, 1).hasRate && isLoss(metric);
  const rate = useCell(choices.rate) && hasRate;
  const all = useCell(evidence.of(run.id));
  const found = useMemo(() => onPlot(all, metric), [all, metric]);
  const wanted = JSON.stringify([run, layout]); // data of Streamlit are new objects on every run of the page
  const draw = useCallback(
    (chart: Chart) => {
      const [run, layout] = JSON.parse(wanted) as [Run, Layout];
      const empty = new RunRecord(run.id);
      let drawn: RunRecord | null = null;
      const show = () => {
        const record = pollers.record(run.id) ?? empty;
        if (record === drawn) return chart.append();
        drawn = record;
        chart.draw(curvesOf(record, { metric, smoothing, rate, found, theme: theme! }), { theme: theme!, log, rate, layout });
      };
      const end = pollers.watch(run, show, 10);
      show();
      return end;
    },
    [theme, wanted, metric, smoothing, log, rate, found],
  );
  return (
    <PlotPanel
      metric={metric}
      title={title}
      label={`${metric.title} over epochs`}
      zoom={`${run.id}:${metric.key}`}
      draw={theme && draw}
      tools={
        isLoss(metric) && (
          <>
            <SmoothingChoice smoothing={smoothing} />
            {hasRate && (
              <button type="button" className="lv-log lv-rate" aria-pressed={rate} title="Learning rate of each epoch, by the axis at the right" onClick={() => choices.rate.set(!rate)}>
                rate
              </button>
            )}
          </>
        )
      }
      framed={framed}
    >
      {frame && <Marks run={run} at={at} frame={frame} labels={labels} found={found} />}
    </PlotPanel>
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
