// The live view: numbers, loss, a metric, and activations by layer, side by side in the box it is given.
import { type ReactNode, type RefObject, useEffect, useLayoutEffect, useMemo, useRef, useState } from "react";
import { useCell } from "../cell";
import type { Run } from "../poller";
import { walks } from "../walk";
import { Activations } from "./Activations";
import { Beside } from "./Beside";
import { choices } from "./choices";
import { Comparison, usePointedRow } from "./Comparison";
import { CommandBar } from "./CommandBar";
import { CurvePanel } from "./CurvePanel";
import { comparandRun, type Data, runOf } from "./data";
import { More } from "./More";
import { Numbers } from "./Numbers";
import { PlanePanel } from "./PlanePanel";
import { type Band, LOSS, type Metric } from "./plot";
import { type Theme, useTheme } from "./theme";
import { useRun } from "./useRun";
import { WalkBar } from "./WalkBar";
import { spokenEpoch, stateOf, troubleOf } from "./words";

const SPOKEN_EVERY_MS = 5000;
const NO_BANDS: Band[] = [];

export function Live({ data }: { data: Data }) {
  const probe = useRef<HTMLElement>(null);
  const theme = useTheme(probe);
  const run = runOf(data);
  const root = useRef<HTMLDivElement>(null);
  const isTall = useTall(root);
  return (
    <div ref={root} className={`lv-root is-${data.view}${isTall ? " is-tall" : ""}`} data-testid="live" data-run={data.run ?? ""}>
      <i ref={probe} className="lv-theme" aria-hidden="true" />
      {run ? <Watched key={run.id} data={data} run={run} theme={theme} /> : <p className="lv-empty">{data.empty}</p>}
    </div>
  );
}

const TALL = 440; // pixels, for two rows

/** By a class and not by a container query, for Plotly's sake: docs/decisions.md. */
function useTall(box: RefObject<HTMLElement | null>): boolean {
  const [isTall, setTall] = useState(false);
  useLayoutEffect(() => {
    const read = () => setTall((box.current?.clientHeight ?? 0) >= TALL);
    read();
    const observer = new ResizeObserver(read);
    observer.observe(box.current!);
    return () => observer.disconnect();
  }, [box]);
  return isTall;
}

function Watched({ data, run, theme }: { data: Data; run: Run; theme: Theme | null }) {
  const metrics = useKept(data.metrics);
  walks.begin(run.id, data.step ?? null);
  const at = useCell(walks.at(run.id));
  const labels = Object.fromEntries(data.nodes.map(({ id, label }) => [id, label]));
  if (data.view === "curves") return <Compared data={data} metrics={metrics} theme={theme} />;
  if (data.view === "beside") return <SideBySide data={data} metrics={metrics} theme={theme} />;
  return (
    <>
      <Numbers run={run} at={at} metrics={metrics} dropout={!!data.dropout} settings={data.settings ?? []} />
      {data.commands && <CommandBar run={run} path={data.commands} more={data.more} interrupted={data.interrupted} />}
      <Trouble run={run} advice={data.advice ?? ""} />
      <div className="lv-rooms">
        <div className="lv-curves">
          <Plots
            metrics={metrics}
            roomy={440}
            panel={(metric, title) => <CurvePanel key={metric.key} metric={metric} title={title} run={run} at={at} labels={labels} layout={data.layout} theme={theme} />}
          />
        </div>
        {data.plane && <PlanePanel run={run} at={at} plane={data.plane} placed={data.points ?? null} theme={theme} labels={labels} outdated={data.outdated} />}
        {data.nodes.length > 0 && <Activations run={run} at={at} nodes={data.nodes} ends={data.ends ?? []} theme={theme} />}
      </div>
      <WalkBar runs={[run]}>{data.more && data.commands && <More run={run} path={data.commands} />}</WalkBar>
      <Spoken run={run} metrics={metrics} />
    </>
  );
}

/** The same objects as long as they say the same: data of Streamlit are new ones on every run of the page. */
function useKept(metrics: Metric[]): Metric[] {
  const told = JSON.stringify(metrics);
  return useMemo(() => JSON.parse(told) as Metric[], [told]);
}

interface ComparedProps {
  data: Data;
  metrics: Metric[];
  theme: Theme | null;
}

function Compared({ data, metrics, theme }: ComparedProps) {
  usePointedRow(data.compare);
  return (
    <>
      <ComparedCurves data={data} metrics={metrics} theme={theme} roomy={1000} />
      <WalkBar runs={data.compare.map(comparandRun)} />
    </>
  );
}

function SideBySide({ data, metrics, theme }: ComparedProps) {
  usePointedRow(data.compare);
  const [one, other] = data.compare;
  return (
    <>
      <ComparedCurves data={data} metrics={metrics} theme={theme} roomy={700} />
      <Beside one={one} other={other} metrics={metrics} theme={theme} />
      <Beside one={other} other={one} metrics={metrics} theme={theme} />
      <WalkBar runs={data.compare.map(comparandRun)} />
    </>
  );
}

const ComparedCurves = ({ data, metrics, theme, roomy }: ComparedProps & { roomy: number }) => (
  <div className="lv-curves">
    <Plots
      metrics={metrics}
      roomy={roomy}
      panel={(metric, title) => <Comparison key={metric.key} metric={metric} title={title} compare={data.compare} bands={data.bands ?? NO_BANDS} layout={data.layout} theme={theme} />}
    />
  </div>
);

const NARROW = 285; // pixels, for a plot's title and tools beside each other
const CLOSE = NARROW + 55; // and for the rate among them
const TINY = { one: 240, row: 190, column: 190 }; // and without the space between them

interface PlotsProps {
  metrics: Metric[]; // beside the loss; one of them has a plot
  roomy: number; // pixels, for two beside each other
  panel: (metric: Metric, title: ReactNode) => ReactNode;
}

/** Both plots beside or above each other; where there is no room for two, one and a way to the other. */
function Plots({ metrics, roomy, panel }: PlotsProps) {
  const box = useRef<HTMLDivElement>(null);
  const [arrangement, setArrangement] = useState<"row" | "column" | "one">("row");
  const [narrow, setNarrow] = useState(""); // by a class: behind a container query Chromium 156 leaves undrawn what Plotly adds
  const only = useCell(choices.only);
  const chosen = useCell(choices.metric);
  const metric = metrics.find(({ key }) => key === chosen) ?? metrics.at(0);
  const both = !!metric;
  useEffect(() => {
    const read = () => {
      if (!box.current) return; // an observer may call once more behind the element's end
      const { clientWidth: width, clientHeight: height } = box.current;
      if (!width || !height) return;
      const fits = height >= 340 && width < 720 ? "column" : width >= roomy ? "row" : "one";
      setArrangement(fits);
      const one = both && fits === "row" ? width / 2 : width;
      setNarrow([one < CLOSE && " is-close", one < NARROW && " is-narrow", one < TINY[fits] && " is-tiny"].filter(Boolean).join(""));
    };
    read();
    const observer = new ResizeObserver(read);
    observer.observe(box.current!);
    return () => observer.disconnect();
  }, [both, roomy]);
  const isOne = metric && arrangement === "one";
  const title = metric && (metrics.length > 1 ? <Picker metrics={metrics} metric={metric} /> : <h3>{metric.title}</h3>);
  return (
    <div ref={box} className={`lv-plots is-${metric ? arrangement : "row"}${narrow}`}>
      {isOne ? (
        panel(only === "loss" ? LOSS : metric, <Switch only={only} metrics={metrics} metric={metric} />)
      ) : (
        <>
          {panel(LOSS, <h3>{LOSS.title}</h3>)}
          {metric && panel(metric, title)}
        </>
      )}
    </div>
  );
}

interface PickerProps {
  metrics: Metric[];
  metric: Metric; // that is shown
}

/** Which of the metrics the plot shows. */
function Picker({ metrics, metric }: PickerProps) {
  return (
    <select className="lv-pick" aria-label="Metric" data-testid="metric" value={metric.key} onChange={(event) => choices.metric.set(event.target.value)}>
      {metrics.map(({ key, title }) => (
        <option key={key} value={key}>
          {title}
        </option>
      ))}
    </select>
  );
}

function Switch({ only, metrics, metric }: PickerProps & { only: "loss" | "metric" }) {
  const plots = { loss: LOSS.title, metric: metric.title };
  return (
    <div className="lv-switch" role="group" aria-label="Which plot">
      {(["loss", "metric"] as const).map((plot) =>
        plot === "metric" && only === "metric" && metrics.length > 1 ? (
          <Picker key={plot} metrics={metrics} metric={metric} />
        ) : (
          <button key={plot} type="button" aria-pressed={only === plot} onClick={() => choices.only.set(plot)}>
            {plots[plot]}
          </button>
        ),
      )}
    </div>
  );
}

/** Why the run ended badly, and what to do. */
function Trouble({ run, advice }: { run: Run; advice: string }) {
  const trouble = troubleOf(useRun(run, 2), advice);
  if (!trouble) return null;
  return (
    <p className="lv-trouble" role="alert" data-testid="trouble">
      <svg viewBox="0 0 24 24" aria-hidden="true">
        <path d="M8 3h8l5 5v8l-5 5H8l-5-5V8zM12 7.5v5.5M12 16.4v.2" />
      </svg>
      {trouble}
    </p>
  );
}

/** Says each finished epoch and the end, not more often than one can listen. */
function Spoken({ run, metrics }: { run: Run; metrics: Metric[] }) {
  const record = useRun(run, 2);
  const [said, setSaid] = useState("");
  const last = useRef(0);
  const epoch = record.epochs.at(-1);
  const text = record.isFinal ? stateOf(record).text : epoch ? spokenEpoch(epoch, record.allEpochs ?? undefined, metrics) : "";
  useEffect(() => {
    if (!text) return;
    const wait = Math.max(0, last.current + SPOKEN_EVERY_MS - Date.now());
    const timer = setTimeout(() => {
      last.current = Date.now();
      setSaid(text);
    }, wait);
    return () => clearTimeout(timer);
  }, [text]);
  return (
    <p className="lv-unseen" role="status" data-testid="spoken">
      {said}
    </p>
  );
}
