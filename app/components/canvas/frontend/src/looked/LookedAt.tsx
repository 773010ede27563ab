// What a network looked at in one sample: pictures, columns, words or steps in the colours of what speaks for the answer.
import { type ReactNode, useEffect, useRef, useState } from "react";
import { useCell } from "../cell";
import { useAnswer } from "../asks";
import { type Asked, keepSampleInLink, tries } from "../tries";
import type { Bars, Data, Explained, Heat, Method, Seen, Steps, Words } from "./data";
import { drawHeat, farthest, inkOf, reachOf, scaleOf, short } from "./heat";

const METHODS: Record<Method, string> = { occlusion: "Occlusion", saliency: "Saliency", gradcam: "Grad-CAM" };
const MOST_BARS = 14;
const WHILE_TRAINING_MS = 3000; // the newest weights are asked so often

export function LookedAt({ data, step }: { data: Data; step: number | null }) {
  const cell = tries.asked(data.project, data.sample);
  const asked = useCell(cell);
  const [method, setMethod] = useState<Method>("occlusion");
  const [output, setOutput] = useState("");
  const [place, setPlace] = useState<number | null>(null);
  const [node, setNode] = useState("");
  const [side, setSide] = useState(0);
  const own = method === "gradcam" ? { node } : method === "occlusion" ? { side } : {};
  const { answer, trouble, starting, waiting } = useAnswer<Explained | { why: string }>(data.path, { kind: method, ...asked, step, output, place, ...own }, data.active && step === null ? WHILE_TRAINING_MS : 0);
  const found = answer && "inputs" in answer ? answer : null;
  const why = trouble || (answer && "why" in answer ? answer.why : "");
  const map = found?.inputs.find((one) => one.kind === "map");
  return (
    <div className={`lk-body${waiting ? " is-waiting" : ""}`} data-testid="looked-at" data-state={waiting ? "waiting" : why ? "refused" : "told"}>
      <form className="lk-form" onSubmit={(event) => event.preventDefault()}>
        <Choice label="Method" value={method} choices={METHODS} choose={(one) => setMethod(one as Method)} />
        <SampleChoice count={data.samples} asked={asked} choose={(sample) => (cell.set({ sample, inputs: {} }), keepSampleInLink(sample))} />
        {found && found.outputs.length > 1 && (
          <Choice label="Output" value={found.output} choices={Object.fromEntries(found.outputs.map(({ name, label }) => [name, label || name]))} choose={(one) => (setOutput(one), setPlace(null))} />
        )}
        {found && found.choices.length > 1 && (
          <Choice
            label="What speaks for"
            value={place === null ? "" : String(place)}
            choices={{ "": place === null ? `${found.name} (answered)` : "what is answered", ...Object.fromEntries(found.choices.map((name, at) => [String(at), name])) }}
            choose={(one) => setPlace(one === "" ? null : Number(one))}
          />
        )}
        {method === "gradcam" && found?.nodes && found.nodes.length > 1 && (
          <Choice label="At" value={found.node ?? ""} choices={Object.fromEntries(found.nodes.map(({ id, label }) => [id, label]))} choose={setNode} />
        )}
        {method === "occlusion" && map?.kind === "map" && <Choice label="Window" value={String(side)} choices={windows(map)} choose={(one) => setSide(Number(one))} />}
      </form>
      <div className="lk-told">
        {why && (
          <p className="lk-why" role="status">
            {why}
          </p>
        )}
        {!why && !found && <p className="lk-why">{starting ? "The network is being made ready …" : "Asking the network …"}</p>}
        {found && !why && (
          <>
            <div className="lk-inputs">
              {together(found.inputs).map((seen) => (
                <Input key={seen.field} seen={seen} tints={data.tints} label={found.found} />
              ))}
            </div>
            <div className="lk-say">
              <p className="lk-found" role="status" data-testid="found">
                <b>{answerOf(found)}</b> {found.found}
              </p>
              <p className="lk-means">{found.means}</p>
            </div>
          </>
        )}
      </div>
    </div>
  );
}

/** Columns of several inputs stand in one list, so that their bars can be compared. */
function together(inputs: Seen[]): Seen[] {
  const bars = inputs.filter((one) => one.kind === "bars");
  if (bars.length < 2) return inputs;
  const all: Bars = { kind: "bars", field: bars.map(({ field }) => field).join(", "), names: bars.flatMap(({ names }) => names), values: bars.flatMap(({ values }) => values), given: bars.flatMap(({ given }) => given) };
  return [all, ...inputs.filter(({ kind }) => kind !== "bars")];
}

const answerOf = ({ name, answer, is_share }: Explained) => `${name}: ${is_share ? `${(100 * answer).toFixed(answer > 0.0005 && answer < 0.9995 ? 1 : 0)} %` : short(answer)}.`;

/** Sides of a window that a picture of this size can be covered with. */
function windows({ size, side }: Heat): Record<string, string> {
  const most = Math.max(...size);
  const sides = [...new Set([1, 2, Math.round(most / 8), Math.round(most / 4), Math.round(most / 2)])].filter((one) => one >= 1 && one <= Math.min(...size));
  return { 0: `${side ?? ""} pixels (fits)`, ...Object.fromEntries(sides.map((one) => [one, `${one} pixel${one > 1 ? "s" : ""}`])) };
}

interface ChoiceProps {
  label: string;
  value: string;
  choices: Record<string, string>;
  choose: (value: string) => void;
}

export function Choice({ label, value, choices, choose }: ChoiceProps) {
  return (
    <label className="lk-choice">
      <span>{label}</span>
      <select value={value} onChange={({ target }) => choose(target.value)}>
        {Object.entries(choices).map(([key, name]) => (
          <option key={key} value={key}>
            {name}
          </option>
        ))}
      </select>
    </label>
  );
}

interface SampleProps {
  count: number; // of the validation part
  asked: Asked;
  choose: (sample: string) => void;
}

/** Which sample is looked at; what was entered by hand in its place goes when another one is chosen. */
function SampleChoice({ count, asked, choose }: SampleProps) {
  const [part, number] = asked.sample.split(":");
  const isValidation = part !== "train";
  const at = Number(number) || 0;
  const last = isValidation ? Math.max(0, count - 1) : 1e9;
  const go = (to: number) => choose(`${isValidation ? "validation" : "train"}:${Math.min(Math.max(0, to), last)}`);
  const isEntered = Object.keys(asked.inputs).length > 0;
  return (
    <label className="lk-choice">
      <span>
        {isValidation ? "Validation sample" : "Training sample"}
        {isEntered && ", changed by hand"}
      </span>
      <span className="lk-sample">
        <button type="button" aria-label="Sample before" disabled={at <= 0} onClick={() => go(at - 1)}>
          ‹
        </button>
        <input type="number" min={1} max={isValidation ? last + 1 : undefined} value={at + 1} data-testid="inside-sample" onChange={({ target }) => target.value !== "" && go(Math.round(Number(target.value)) - 1)} />
        <button type="button" aria-label="Next sample" disabled={at >= last} onClick={() => go(at + 1)}>
          ›
        </button>
      </span>
    </label>
  );
}

interface InputProps {
  seen: Seen;
  tints: [string, string];
  label: string;
}

function Input({ seen, tints, label }: InputProps) {
  const body: ReactNode = (() => {
    switch (seen.kind) {
      case "map":
        return <Picture heat={seen} picture={seen.shown?.picture} tints={tints} label={label} />;
      case "bars":
        return <Columns bars={seen} tints={tints} />;
      case "words":
        return <Text words={seen} tints={tints} />;
      case "steps":
        return <Series steps={seen} tints={tints} label={label} />;
      case "none":
        return <p className="lk-why">{seen.why}</p>;
    }
  })();
  return (
    <section className="lk-input" aria-label={seen.field} data-kind={seen.kind}>
      {body}
    </section>
  );
}

function Picture({ heat, picture, tints, label }: { heat: Heat; picture?: string; tints: [string, string]; label: string }) {
  const [image, setImage] = useState<HTMLImageElement | null>(null);
  const plain = useRef<HTMLCanvasElement>(null);
  const over = useRef<HTMLCanvasElement>(null);
  useEffect(() => {
    if (!picture) return setImage(null);
    const made = new Image();
    made.onload = () => setImage(made);
    made.src = `data:image/png;base64,${picture}`;
    return () => void (made.onload = null);
  }, [picture]);
  useEffect(() => {
    if (plain.current) drawHeat(plain.current, heat, image, tints, false);
    if (over.current) drawHeat(over.current, heat, image, tints, true);
  }, [heat, image, tints]);
  return (
    <>
      {picture && <canvas ref={plain} role="img" aria-label={`The sample, ${heat.field}`} />}
      <canvas ref={over} role="img" aria-label={label} data-testid="heat" />
      <Scale values={heat.values.flat()} tints={tints} />
    </>
  );
}

function Scale({ values, tints }: { values: number[]; tints: [string, string] }) {
  const { gradient, ends } = scaleOf(values, tints);
  return (
    <div className="lk-scale" aria-hidden="true">
      <i style={{ background: gradient }} />
      <span>
        {short(ends[1])}
        {ends[0] < 0 && <b>for</b>}
      </span>
      {ends[0] < 0 && <span>0</span>}
      <span>
        {short(ends[0])}
        {ends[0] < 0 && <b>against</b>}
      </span>
    </div>
  );
}

function Columns({ bars, tints: [below, above] }: { bars: Bars; tints: [string, string] }) {
  const { places, left } = farthest(bars.values, MOST_BARS);
  const reach = reachOf(bars.values) || 1;
  return (
    <table className="lk-bars">
      <tbody>
        {places.map((at) => (
          <tr key={at}>
            <th scope="row" title={bars.names[at]}>
              {bars.names[at]}
            </th>
            <td>{bars.given[at]}</td>
            <td className="lk-bar">
              <i
                style={{
                  background: bars.values[at] < 0 ? below : above,
                  width: `${(50 * Math.abs(bars.values[at])) / reach}%`,
                  [bars.values[at] < 0 ? "right" : "left"]: "50%",
                }}
              />
            </td>
            <td>{short(bars.values[at])}</td>
          </tr>
        ))}
        {left > 0 && (
          <tr>
            <td colSpan={4}>{left} more lie closer to zero.</td>
          </tr>
        )}
      </tbody>
    </table>
  );
}

function Text({ words, tints }: { words: Words; tints: [string, string] }) {
  const reach = reachOf(words.values);
  return (
    <>
      <p className="lk-words">
        {words.words.map((word, at) => (
          <span key={at}>
            <mark style={{ background: inkOf(words.values[at] ?? 0, reach, tints) }} title={`${word}: ${short(words.values[at] ?? 0)}`}>
              {word}
            </mark>
            {words.between}
          </span>
        ))}
      </p>
      <Scale values={words.values} tints={tints} />
    </>
  );
}

const WIDE = 600;
const HIGH = 120;

/** The series as a line, and behind each step how much it speaks for the answer. */
function Series({ steps, tints, label }: { steps: Steps; tints: [string, string]; label: string }) {
  const reach = reachOf(steps.values);
  const count = steps.given[0]?.length ?? 0;
  const each = WIDE / Math.max(1, count);
  const all = steps.given.flat();
  const [low, high] = [Math.min(...all), Math.max(...all)];
  const row = HIGH / Math.max(1, steps.values.length);
  const line = (channel: number[]) => channel.map((value, at) => `${(at + 0.5) * each},${HIGH - 6 - ((HIGH - 12) * (value - low)) / (high - low || 1)}`).join(" ");
  return (
    <>
      <svg className="lk-series" viewBox={`0 0 ${WIDE} ${HIGH}`} preserveAspectRatio="none" role="img" aria-label={label}>
        {steps.values.map((channel, at) => channel.map((value, step) => <rect key={`${at}:${step}`} x={step * each} y={at * row} width={each} height={row} fill={inkOf(value, reach, tints)} />))}
        {steps.given.length <= 3 && steps.given.map((channel, at) => <polyline key={at} points={line(channel)} />)}
      </svg>
      <Scale values={steps.values.flat()} tints={tints} />
    </>
  );
}
