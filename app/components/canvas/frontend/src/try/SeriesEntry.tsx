// A series that is drawn: each of its lines over its steps, bent by the pointer, by keys, or given as numbers.
import { type KeyboardEvent, type PointerEvent, useEffect, useRef, useState } from "react";
import type { Given } from "../tries";
import type { Entry, Fed } from "./data";

const WIDE = 300;
const HIGH = 120;
const DOTTED = 60; // steps that are marked each
const NUDGE = 0.02; // of the range, by a key

type SeriesWay = Extract<Entry, { way: "series" }>;
type Steps = Record<string, Record<string, number>>;

interface Props {
  entry: SeriesWay;
  given: Given | null;
  fed?: Fed;
  onGive: (given: Given | null) => void;
  colors: string[];
}

export function SeriesEntry({ entry, given, fed, onGive, colors }: Props) {
  const { steps, lines } = entry;
  const [chosen, setChosen] = useState(0);
  const [place, setPlace] = useState<number | null>(null); // the step that keys move
  const last = useRef<[number, number] | null>(null);
  const drawn: Steps = given && "steps" in given ? given.steps : {};
  const shown = lines.map(({ name }, at) => valuesOf(fed?.series?.[at] ?? [], steps, drawn[name]));
  const { name, whole } = lines[chosen];
  const all = shown.flat().filter((one): one is number => one !== null);
  const low = Math.min(...lines.map((one) => one.low), ...all);
  const reach = Math.max(...lines.map((one) => one.high), ...all) - low || 1;
  const x = (at: number) => (at / Math.max(1, steps - 1)) * WIDE;
  const y = (value: number) => HIGH - ((value - low) / reach) * HIGH;
  const rounded = (value: number) => (whole ? Math.round(value) : Number(value.toPrecision(4)));
  const give = (more: Record<string, number>) => onGive({ steps: { ...drawn, [name]: { ...drawn[name], ...more } } });

  const under = ({ currentTarget, clientX, clientY }: PointerEvent<Element>): [number, number] => {
    const box = currentTarget.getBoundingClientRect();
    const [right, down] = [(clientX - box.left) / box.width, (clientY - box.top) / box.height].map((one) => Math.min(1, Math.max(0, one)));
    return [Math.round(right * (steps - 1)), low + (1 - down) * reach];
  };
  const bend = (event: PointerEvent<Element>) => {
    const [to, value] = under(event);
    const [from, before] = last.current ?? [to, value];
    const more: Record<string, number> = {};
    for (let at = Math.min(from, to); at <= Math.max(from, to); at++) more[at] = rounded(to === from ? value : before + ((at - from) / (to - from)) * (value - before));
    last.current = [to, value];
    setPlace(to);
    give(more);
  };
  const press = (event: KeyboardEvent) => {
    const at = place ?? 0;
    const [along, up] = { ArrowRight: [1, 0], ArrowLeft: [-1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] }[event.key] ?? [0, 0];
    if (!along && !up) return;
    event.preventDefault();
    if (along) return setPlace(Math.min(steps - 1, Math.max(0, place === null ? 0 : at + along)));
    setPlace(at);
    give({ [at]: rounded((shown[chosen][at] ?? low) + up * (whole ? Math.max(1, Math.round(NUDGE * reach)) : NUDGE * reach)) });
  };
  const here = place === null ? null : shown[chosen][place];
  return (
    <>
      {lines.length > 1 && (
        <div className="ty-lines" role="group" aria-label="Which line is drawn">
          {lines.map((one, at) => (
            <button key={one.name} type="button" aria-pressed={at === chosen} onClick={() => setChosen(at)}>
              <i style={{ background: inkOf(colors, at) }} />
              {one.name}
            </button>
          ))}
        </div>
      )}
      <div className="ty-drawn">
        <span>{short(low + reach)}</span>
        <svg
          className="ty-series is-drawn"
          data-testid="series"
          viewBox={`0 0 ${WIDE} ${HIGH}`}
          preserveAspectRatio="none"
          tabIndex={0}
          role="slider"
          aria-orientation="vertical"
          aria-label={`${name}, drawn step by step: left and right choose a step, up and down move it`}
          aria-valuemin={low}
          aria-valuemax={low + reach}
          aria-valuenow={here ?? low}
          aria-valuetext={place === null ? `${steps} steps` : `step ${place}: ${here === null ? "missing" : short(here)}`}
          onKeyDown={press}
          onPointerDown={(event) => {
            event.currentTarget.setPointerCapture?.(event.pointerId);
            last.current = null;
            bend(event);
          }}
          onPointerMove={(event) => event.buttons & 1 && last.current && bend(event)}
          onPointerUp={() => (last.current = null)}
          onPointerCancel={() => (last.current = null)}
        >
          {shown.map((line, at) => (
            <path key={lines[at].name} stroke={inkOf(colors, at)} opacity={at === chosen ? 1 : 0.4} d={pathOf(line, x, y)} />
          ))}
          {steps <= DOTTED && <path className="ty-dots" stroke={inkOf(colors, chosen)} d={shown[chosen].map((one, at) => (one === null ? "" : `M${x(at)} ${y(one)}h0`)).join("")} />}
          {place !== null && here !== null && <path className="ty-dots is-here" d={`M${x(place)} ${y(here)}h0`} />}
        </svg>
        <span>{short(low)}</span>
        <small>
          {place === null ? `${steps.toLocaleString("en")} steps: draw, or use the arrow keys` : `step ${place}: ${here === null ? "missing" : short(here)}`}
        </small>
      </div>
      <Numbers
        key={name}
        name={name}
        steps={steps}
        told={fed?.series?.[chosen]?.length === steps ? shown[chosen].map((one) => (one === null ? "" : short(one))).join(" ") : ""}
        onGive={(numbers) => give(Object.fromEntries(numbers.map((one, at) => [at, one])))}
      />
      <div className="ty-buttons">
        <button type="button" title="Every step as high as the mean of all" onClick={() => give(Object.fromEntries(shown[chosen].map((_, at) => [at, rounded(mean(shown[chosen]))])))}>
          Flat
        </button>
      </div>
    </>
  );
}

/** One line as numbers to read, change and paste. */
function Numbers({ name, steps, told, onGive }: { name: string; steps: number; told: string; onGive: (numbers: number[]) => void }) {
  const [typed, setTyped] = useState<string | null>(null);
  const [trouble, setTrouble] = useState("");
  useEffect(() => setTrouble(""), [told]);
  const take = (text: string) => {
    setTyped(text);
    const words = text.trim().split(/[\s,;]+/).filter(Boolean);
    const numbers = words.map(Number);
    const wrong = words.find((_, at) => !Number.isFinite(numbers[at]));
    if (wrong !== undefined) return setTrouble(`${wrong} is no number.`);
    if (numbers.length !== steps) return setTrouble(`${steps.toLocaleString("en")} numbers are needed; here are ${numbers.length.toLocaleString("en")}.`);
    setTrouble("");
    onGive(numbers);
  };
  return (
    <>
      <textarea
        aria-label={`${name}, as numbers`}
        rows={2}
        value={typed ?? told}
        placeholder={`Paste ${steps.toLocaleString("en")} numbers`}
        onChange={({ target }) => take(target.value)}
        onBlur={() => trouble || setTyped(null)}
      />
      {trouble && (
        <p className="ty-trouble" role="alert">
          {trouble}
        </p>
      )}
    </>
  );
}

/** A number a step: what the sample has, which may be told of fewer steps, and on top of it what was drawn. */
function valuesOf(told: (number | null)[], steps: number, drawn: Record<string, number> | undefined): (number | null)[] {
  return Array.from({ length: steps }, (_, at) => {
    if (drawn && at in drawn) return drawn[at];
    return told[Math.round((at / Math.max(1, steps - 1)) * (told.length - 1))] ?? null;
  });
}

function pathOf(line: (number | null)[], x: (at: number) => number, y: (value: number) => number): string {
  return line.map((one, at) => (one === null ? "" : `${at && line[at - 1] !== null ? "L" : "M"}${x(at).toFixed(1)} ${y(one).toFixed(1)}`)).join("");
}

const inkOf = (colors: string[], at: number) => colors[(at + 1) % colors.length];
const short = (one: number) => String(Number(one.toPrecision(4)));

function mean(line: (number | null)[]): number {
  const there = line.filter((one): one is number => one !== null);
  return there.reduce((sum, one) => sum + one, 0) / (there.length || 1);
}
