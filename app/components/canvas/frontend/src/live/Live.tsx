// The live view: numbers, loss, accuracy, and activations by layer, side by side in the box it is given.
import { type ReactNode, type RefObject, useEffect, useLayoutEffect, useRef, useState } from "react";
import { useCell } from "../cell";
import type { Run } from "../poller";
import { Activations } from "./Activations";
import { choices } from "./choices";
import { Comparison, usePointedRow } from "./Comparison";
import { CurvePanel } from "./CurvePanel";
import type { Metric } from "./curves";
import { type Data, runOf } from "./data";
import { Numbers } from "./Numbers";
import { PlanePanel } from "./PlanePanel";
import { type Theme, useTheme } from "./theme";
import { useRun } from "./useRun";
import { capital, spokenEpoch, stateOf, troubleOf } from "./words";

const SPOKEN_EVERY_MS = 5000;

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
  if (data.view === "curves") return <Compared data={data} theme={theme} />;
  return (
    <>
      <Numbers run={run} hasAccuracy={!!data.figures.accuracy} dropout={!!data.dropout} settings={data.settings ?? []} />
      <div className="lv-curves">
        <Trouble run={run} advice={data.advice ?? ""} />
        <Plots
          accuracy={!!data.figures.accuracy}
          roomy={440}
          panel={(metric, title) => (
            <CurvePanel key={metric} metric={metric} title={title} run={run} layout={data.figures[metric]?.layout ?? {}} theme={theme} />
          )}
        />
      </div>
      {data.plane && <PlanePanel run={run} plane={data.plane} theme={theme} outdated={data.outdated} />}
      {data.nodes.length > 0 && <Activations run={run} nodes={data.nodes} theme={theme} />}
      <Spoken run={run} />
    </>
  );
}

function Compared({ data, theme }: { data: Data; theme: Theme | null }) {
  usePointedRow(data.compare);
  return (
    <div className="lv-curves">
      <Plots
        accuracy={!!data.figures.accuracy}
        roomy={1000}
        panel={(metric, title) => (
          <Comparison key={metric} metric={metric} title={title} compare={data.compare} layout={data.figures[metric]?.layout ?? {}} theme={theme} />
        )}
      />
    </div>
  );
}

const NARROW = 285; // pixels, for a plot's title and tools beside each other
const TINY = { one: 240, row: 190, column: 190 }; // and without the space between them

interface PlotsProps {
  accuracy: boolean; // whether there is a plot of it
  roomy: number; // pixels, for two beside each other
  panel: (metric: Metric, title: ReactNode) => ReactNode;
}

/** Both plots beside or above each other; where there is no room for two, one and a way to the other. */
function Plots({ accuracy, roomy, panel }: PlotsProps) {
  const box = useRef<HTMLDivElement>(null);
  const [arrangement, setArrangement] = useState<"row" | "column" | "one">("row");
  const [narrow, setNarrow] = useState(""); // by a class: behind a container query Chromium 156 leaves undrawn what Plotly adds
  const only = useCell(choices.only);
  useEffect(() => {
    const read = () => {
      if (!box.current) return; // an observer may call once more behind the element's end
      const { clientWidth: width, clientHeight: height } = box.current;
      if (!width || !height) return;
      const fits = height >= 340 && width < 720 ? "column" : width >= roomy ? "row" : "one";
      setArrangement(fits);
      const one = accuracy && fits === "row" ? width / 2 : width;
      setNarrow(one < TINY[fits] ? " is-narrow is-tiny" : one < NARROW ? " is-narrow" : "");
    };
    read();
    const observer = new ResizeObserver(read);
    observer.observe(box.current!);
    return () => observer.disconnect();
  }, [accuracy, roomy]);
  const isOne = accuracy && arrangement === "one";
  return (
    <div ref={box} className={`lv-plots is-${accuracy ? arrangement : "row"}${narrow}`}>
      {isOne ? (
        panel(only, <Switch only={only} />)
      ) : (
        <>
          {panel("loss", <h3>{capital("loss")}</h3>)}
          {accuracy && panel("accuracy", <h3>{capital("accuracy")}</h3>)}
        </>
      )}
    </div>
  );
}

function Switch({ only }: { only: Metric }) {
  return (
    <div className="lv-switch" role="group" aria-label="Which plot">
      {(["loss", "accuracy"] as const).map((metric) => (
        <button key={metric} type="button" aria-pressed={only === metric} onClick={() => choices.only.set(metric)}>
          {capital(metric)}
        </button>
      ))}
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
function Spoken({ run }: { run: Run }) {
  const record = useRun(run, 2);
  const [said, setSaid] = useState("");
  const last = useRef(0);
  const epoch = record.epochs.at(-1);
  const text = record.isFinal ? stateOf(record).text : epoch ? spokenEpoch(epoch, record.started?.epochs) : "";
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
