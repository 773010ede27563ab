// How a node lays out many samples: a point each, over the recorded steps. Under the pointer stands the sample.
import { useEffect, useMemo, useRef, useState } from "react";
import { useCell } from "../cell";
import { mix, type Theme } from "../live/theme";
import { useAnswer } from "../asks";
import { inWords, keepSampleInLink, tries } from "../tries";
import type { Coloured, Data, Pictured, Placed } from "./data";
import { Choice } from "./LookedAt";
import { figureOf, framesBetween, reachOfPoints, type Reach, type Trace } from "./points";

const METHODS: Record<string, string> = { pca: "PCA", tsne: "t-SNE", umap: "UMAP" };
const CONFIG = { displayModeBar: false, displaylogo: false, responsive: false, showTips: false, doubleClick: "reset" };

const WHILE_TRAINING_MS = 3000; // the newest weights are asked so often
const LOW = 260; // pixels, in which ten names of classes stand below each other when small
const SETTLED_MS = 700; // before a job is asked for, while a slider is dragged

interface Props {
  data: Data;
  step: number | null;
  theme: Theme | null;
  choose: () => void; // a sample was chosen, to be looked at
}

export function Hidden({ data, step, theme, choose }: Props) {
  const [node, setNode] = useState(data.last);
  const [method, setMethod] = useState("pca");
  const [by, setBy] = useState(0);
  const [isNear, setNear] = useState(false);
  const known = data.nodes.some(({ id }) => id === node) ? node : data.last;
  const isPca = method === "pca";
  const settled = useSettled(step);
  const question = isPca ? { kind: "representation", node: known, step } : { node: known, method, step: settled };
  const every = isPca && data.active && step === null ? WHILE_TRAINING_MS : 0;
  const { answer, trouble: why, starting, waiting } = useAnswer<Placed>(isPca ? data.path : data.aside, question, every);
  const placed = answer?.node === known && answer.method === method ? answer : null;
  const working = isPca ? "The network is being made ready …" : `Laying out the samples by ${METHODS[method]}, which takes some seconds …`;
  const waits = !waiting ? "" : starting ? working : "Asking the network …";
  const colours = placed?.colours[Math.min(by, placed.colours.length - 1)] ?? null;
  const methods = Object.fromEntries(["pca", ...data.methods].map((one) => [one, METHODS[one]]));
  return (
    <div className={`lk-body${waits ? " is-waiting" : ""}`} data-testid="hidden" data-state={waits ? "waiting" : why ? "refused" : "told"} data-step={placed?.step ?? "kept"}>
      <form className="lk-form" onSubmit={(event) => event.preventDefault()}>
        <Choice label="Node" value={known} choices={Object.fromEntries(data.nodes.map(({ id, label }) => [id, label]))} choose={setNode} />
        <Choice label="Method" value={method} choices={methods} choose={setMethod} />
        {placed && placed.colours.length > 1 && <Choice label="Colour" value={String(by)} choices={Object.fromEntries(placed.colours.map(({ target }, at) => [String(at), target]))} choose={(at) => setBy(Number(at))} />}
        {isPca && (
          <label className="lk-check">
            <input type="checkbox" checked={isNear} onChange={({ target }) => setNear(target.checked)} />
            Zoom to the points of this step
          </label>
        )}
        {placed && <p className="lk-means">{wordsOf(placed)}</p>}
        {!data.methods.includes("umap") && <p className="lk-means">UMAP is offered where graphbuilder[umap] is installed.</p>}
      </form>
      <div className="lk-told">
        {why && (
          <p className="lk-why" role="status">
            {why}
          </p>
        )}
        {!why && waits && !placed && <p className="lk-why">{waits}</p>}
        {placed && theme && <Points data={data} placed={placed} colours={colours} theme={theme} isNear={isNear} waits={waits} choose={choose} />}
      </div>
    </div>
  );
}

function useSettled<Value>(value: Value): Value {
  const [settled, setSettled] = useState(value);
  useEffect(() => {
    const timer = setTimeout(() => setSettled(() => value), SETTLED_MS);
    return () => clearTimeout(timer);
  }, [value]);
  return settled;
}

function wordsOf({ method, shares, width, samples, of, label }: Placed): string {
  const many = samples.length < of ? `${samples.length.toLocaleString("en")} of ${of.toLocaleString("en")}` : `All ${of.toLocaleString("en")}`;
  const what = `${many} validation samples, by the ${width.toLocaleString("en")} number${width === 1 ? "" : "s"} that ${label} gives.`;
  if (method !== "pca") return `${what} Near points are alike; distances between groups, and axes, say nothing.`;
  const [across, up] = shares.map((share) => `${Math.round(100 * share)} %`);
  return `${what} Axes: the two directions of most variance by the kept weights, ${across} and ${up} of it; they stay while you walk over the steps.`;
}

interface PointsProps {
  data: Data;
  placed: Placed;
  colours: Coloured | null;
  theme: Theme;
  isNear: boolean; // the axes reach as far as these points, and not as those of all steps that were seen
  waits: string;
  choose: () => void;
}

interface Pointed {
  sample: string;
  x: number;
  y: number;
}

function Points({ data, placed, colours, theme, isNear, waits, choose }: PointsProps) {
  const box = useRef<HTMLDivElement>(null);
  const [pointed, setPointed] = useState<Pointed | null>(null);
  const asked = tries.asked(data.project, data.sample);
  const chosen = useCell(asked).sample;
  const reach = useReach(placed, isNear);
  const figure = useMemo(() => figureOf(placed, colours, data.colors, theme, reach, chosen), [placed, colours, data.colors, theme, reach, chosen]);
  const drawn = useRef({ figure, placed, choose });
  drawn.current = { figure, placed, choose };
  const [size, setSize] = useState("");
  useEffect(() => {
    const observer = new ResizeObserver(() => box.current && setSize(`${box.current.clientWidth}x${box.current.clientHeight}`));
    observer.observe(box.current!);
    return () => observer.disconnect();
  }, []);
  const last = useRef<readonly Trace[]>([]);
  useEffect(() => {
    const element = box.current!;
    let isGone = false;
    void import("plotly.js-basic-dist-min").then(async ({ default: plotly }) => {
      const { clientWidth: width, clientHeight: height } = element;
      if (isGone || width < 40 || height < 40) return;
      const isFirst = !element.classList.contains("js-plotly-plot");
      const { data, layout } = figure;
      const traces = data.map((_, at) => at);
      for (const frame of isFirst ? [] : framesBetween(last.current, data)) {
        await plotly.restyle(element, frame, traces);
        if (isGone) return;
      }
      last.current = data;
      const made = await plotly.react(element, data, { ...layout, width, height, legend: { ...layout.legend, font: { ...layout.legend.font, size: height < LOW ? 11 : 13 } } }, CONFIG);
      if (!isFirst || isGone) return;
      made.on("plotly_hover", ((event: { event: MouseEvent; points: { pointNumber: number; data: { places: number[] } }[] }) => {
        const [point] = event.points;
        const { left, top } = element.getBoundingClientRect();
        const place = point.data.places?.[point.pointNumber];
        if (place === undefined) return;
        setPointed({ sample: `validation:${drawn.current.placed.samples[place]}`, x: event.event.clientX - left, y: event.event.clientY - top });
      }) as never);
      made.on("plotly_unhover", () => setPointed(null));
      made.on("plotly_click", ((event: { points: { pointNumber: number; data: { places: number[] } }[] }) => {
        const [point] = event.points;
        const place = point.data.places?.[point.pointNumber];
        if (place === undefined) return;
        const sample = `validation:${drawn.current.placed.samples[place]}`;
        asked.set({ sample, inputs: {} });
        keepSampleInLink(sample);
        drawn.current.choose();
      }) as never);
    });
    return () => void (isGone = true);
  }, [figure, size]);
  useEffect(() => {
    const element = box.current!;
    return () => void import("plotly.js-basic-dist-min").then(({ default: plotly }) => plotly.purge(element));
  }, []);
  return (
    <div className="lk-plot" role="img" aria-label={`${placed.samples.length} samples as ${placed.label} lays them out`}>
      <div ref={box} className="lk-area" data-testid="points" />
      {waits && <p className="lk-over">{waits}</p>}
      {pointed && <Hovered path={data.path} pointed={pointed} box={box.current} theme={theme} />}
    </div>
  );
}

/** How far the points reach over all steps that were seen, so that the axes stay while one walks; isNear: of this step alone. */
function useReach(placed: Placed, isNear: boolean): Reach {
  const seen = useRef<{ key: string; reach: Reach } | null>(null);
  const key = `${placed.node} ${placed.method}`;
  return useMemo(() => {
    const before = seen.current?.key === key && placed.method === "pca" ? seen.current.reach : null;
    seen.current = { key, reach: reachOfPoints(placed.points, before) };
    return isNear ? reachOfPoints(placed.points, null) : seen.current.reach;
  }, [placed, isNear, key]);
}

const ASIDE = 14; // pixels from the pointer

/** Beside the point, on the side where there is more room. */
function sideOf({ x, y }: Pointed, box: HTMLElement | null): Record<string, number> {
  const [width, height] = [box?.clientWidth ?? 0, box?.clientHeight ?? 0];
  return { ...(x > width / 2 ? { right: width - x + ASIDE } : { left: x + ASIDE }), ...(y > height / 2 ? { bottom: height - y + ASIDE } : { top: y + ASIDE }) };
}

/** The sample under the pointer: its picture, its text or its numbers, and what is right. */
function Hovered({ path, pointed, box, theme }: { path: string; pointed: Pointed; box: HTMLElement | null; theme: Theme }) {
  const { answer } = useAnswer<Pictured>(path, { kind: "picture", sample: pointed.sample });
  const found = answer?.sample === pointed.sample ? answer : null;
  return (
    <div className="lk-hover" data-testid="hovered" style={{ ...sideOf(pointed, box), background: mix(theme.background, theme.text, 0.06) }}>
      {found?.inputs.map((one) => (
        <Came key={one.field} one={one} />
      ))}
      <span>
        {found?.right && <b>{found.right} </b>}
        {inWords(pointed.sample)}
      </span>
    </div>
  );
}

function Came({ one }: { one: Pictured["inputs"][number] }) {
  if (one.picture) return <img src={`data:image/png;base64,${one.picture}`} alt={one.field} />;
  if (one.text) return <q>{one.text.length > 120 ? `${one.text.slice(0, 120)}…` : one.text}</q>;
  const values = Object.entries(one.values ?? {});
  return (
    <span>
      {values.slice(0, 6).map(([name, value]) => (
        <small key={name}>
          {name} {typeof value === "number" ? Number(value.toPrecision(4)) : value}
        </small>
      ))}
      {values.length > 6 && <small>and {values.length - 6} more</small>}
    </span>
  );
}
