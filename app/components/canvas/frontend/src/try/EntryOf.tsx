// One Input of the network, as it is entered: a picture, numbers, words, a text, a series, or a point in the plane.
import { useEffect, useId, useState } from "react";
import { type Asked, type Given } from "../tries";
import type { Entry, Fed, Part, Words } from "./data";
import { PictureEntry } from "./PictureEntry";
import { PlaneEntry } from "./PlaneEntry";
import { SeriesEntry } from "./SeriesEntry";

const MOST = 150; // rows that are drawn
type Cells = Record<string, number | string | null>;

interface Props {
  entry: Entry;
  alone: boolean;
  path: string;
  asked: Asked & { step: number | null };
  given: Given | null;
  fed?: Fed; // what the network was fed last
  onGive: (given: Given | null) => void;
  onMove: (part: string) => void;
  onTrouble: (why: string) => void; // what was tried could not be given
  colors: string[];
}

export function EntryOf(props: Props) {
  const { entry, alone, given, fed, onGive, onMove } = props;
  const cells: Cells = { ...fed?.values, ...(given && "values" in given ? given.values : {}) };
  const change = (more: Cells) => onGive({ values: { ...(given && "values" in given ? given.values : {}), ...more } });
  const row = <PartOf extends { name: string }>(part: PartOf) => ({
    part,
    value: cells[part.name],
    onGive: (value: number | string | null) => {
      onMove(part.name);
      change({ [part.name]: value });
    },
    onFocus: () => onMove(part.name),
  });
  return (
    <div className={`ty-entry is-${entry.way}`}>
      {!alone && !(entry.way === "words" && entry.parts.length === 1) && <h4>{entry.label}</h4>}
      {entry.way === "picture" && <PictureEntry key={entry.name} entry={entry} given={given} fed={fed} onGive={onGive} onTrouble={props.onTrouble} />}
      {entry.way === "point" && <PlaneEntry entry={entry} path={props.path} asked={props.asked} cells={cells} onGive={change} colors={props.colors} />}
      {entry.way === "words" && entry.parts.slice(0, MOST).map((part) => <WordRow key={part.name} {...row(part)} />)}
      {(entry.way === "numbers" || entry.way === "point") && entry.parts.slice(0, MOST).map((part) => <NumberRow key={part.name} {...row(part)} />)}
      {"parts" in entry && entry.parts.length > MOST && <p className="ty-note">{`and ${entry.parts.length - MOST} more, which stay as the sample has them`}</p>}
      {entry.way === "text" && <TextBox given={given && "text" in given ? given.text : null} fed={fed?.text ?? ""} onGive={(text) => onGive({ text })} />}
      {entry.way === "series" && <SeriesEntry entry={entry} given={given} fed={fed} onGive={onGive} colors={props.colors} />}
      {entry.way !== "series" && fed?.series && <Series lines={fed.series} colors={props.colors} />}
      {entry.way === "sample" && <p className="ty-note">This Input takes what cannot be entered by hand. Choose a sample above.</p>}
    </div>
  );
}

const WIDE = 300;
const HIGH = 80;

/** What a series is, step by step, each line over the range of all. */
function Series({ lines, colors }: { lines: (number | null)[][]; colors: string[] }) {
  const all = lines.flat().filter((one): one is number => one !== null);
  const low = Math.min(...all);
  const reach = Math.max(...all) - low || 1;
  const x = (at: number, count: number) => ((at / Math.max(1, count - 1)) * WIDE).toFixed(1);
  return (
    <svg className="ty-series" viewBox={`-3 -3 ${WIDE + 6} ${HIGH + 6}`} preserveAspectRatio="none" role="img" aria-label={`What is fed: from ${low.toPrecision(3)} to ${(low + reach).toPrecision(3)}`}>
      {lines.map((line, i) => (
        <path key={i} stroke={colors[(i + 1) % colors.length]} d={line.map((one, at) => `${at ? "L" : "M"}${x(at, line.length)} ${(HIGH - (((one ?? low) - low) / reach) * HIGH).toFixed(1)}`).join("")} />
      ))}
    </svg>
  );
}

interface RowProps<PartOf> {
  part: PartOf;
  value: number | string | null | undefined;
  onGive: (value: number | string | null) => void;
}

const DAY_MS = 86_400_000;

function NumberRow({ part, value, onGive, onFocus }: RowProps<Part> & { onFocus: () => void }) {
  const id = useId();
  const { name, low, high, whole } = part;
  const number = typeof value === "number" ? value : null;
  const words = (one: number) => (part.type === "date" ? new Date(Math.round(one) * DAY_MS).toISOString().slice(0, 10) : String(Number(one.toPrecision(5))));
  const told = number === null ? (typeof value === "string" ? value : "") : words(number);
  const [typed, setTyped] = useState<string | null>(null);
  return (
    <div className="ty-row">
      <label htmlFor={id} title={`${name}: ${words(low)} to ${words(high)} in the training part`}>
        {name}
      </label>
      <input
        id={id}
        type="range"
        min={Math.min(low, number ?? low)}
        max={Math.max(high, number ?? high)}
        step={whole ? 1 : (high - low) / 200 || 1}
        value={number ?? part.middle}
        onFocus={onFocus}
        onChange={({ target }) => onGive(Number(target.value))}
      />
      <input
        aria-label={`${name}, as a number`}
        className="ty-number"
        inputMode="decimal"
        placeholder={part.missing ? "missing" : ""}
        value={typed ?? told}
        onFocus={onFocus}
        onChange={({ target }) => {
          setTyped(target.value);
          const text = target.value.trim().replace(",", ".");
          if (text === "") return part.missing ? onGive(null) : undefined;
          onGive(Number.isFinite(Number(text)) ? Number(text) : target.value);
        }}
        onBlur={() => setTyped(null)}
      />
    </div>
  );
}

function WordRow({ part, value, onGive, onFocus }: RowProps<Words> & { onFocus: () => void }) {
  const id = useId();
  const told = value === null || value === undefined ? "" : String(value);
  const choices = part.choices.includes(told) || told === "" ? part.choices : [told, ...part.choices];
  return (
    <div className="ty-row">
      <label htmlFor={id}>{part.name}</label>
      <select id={id} value={told} onFocus={onFocus} onChange={({ target }) => onGive(target.value)}>
        {told === "" && <option value="">missing</option>}
        {choices.map((one) => (
          <option key={one} value={one}>
            {one}
          </option>
        ))}
        {told !== "" && <option value="">missing</option>}
      </select>
    </div>
  );
}

const TYPED_MS = 200;

function TextBox({ given, fed, onGive }: { given: string | null; fed: string; onGive: (text: string) => void }) {
  const [typed, setTyped] = useState<string | null>(null);
  useEffect(() => {
    if (typed === null) return;
    const timer = setTimeout(() => onGive(typed), TYPED_MS);
    return () => clearTimeout(timer);
  }, [typed]);
  useEffect(() => {
    if (given === null) setTyped(null); // a sample was chosen
  }, [given]);
  return <textarea aria-label="Text" value={typed ?? given ?? fed} onChange={({ target }) => setTyped(target.value)} rows={5} />;
}
