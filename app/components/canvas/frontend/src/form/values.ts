// From what a person types to a value, and which value a field shows while edits are on their way.
import type { Op, SetEdit, Target } from "../fold";
import type { Field, Value } from "./data";

export type Read = { value: Value } | { fault: string };

const THOUSANDS = /^[+-]?[1-9]\d{0,2}(,\d{3})+$/; // 1,000: the screen writes whole numbers so

/** A number as people write it: 0.001, 1e-7, 1/16, 0,5. What may be a thousand as well as one is none. */
export function readNumber(text: string): number | null {
  if (THOUSANDS.test(text.trim())) return null;
  const [above, below, ...rest] = text.trim().replaceAll(",", ".").replaceAll("−", "-").split("/").map((part) => part.trim());
  if (rest.length || !isNumber(above) || (below !== undefined && !isNumber(below))) return null;
  const value = Number(above) / (below === undefined ? 1 : Number(below));
  return Number.isFinite(value) ? value : null;
}

const isNumber = (text: string) => /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(text);

const UNKNOWN = "?"; // a size that only the data tell

function parts(text: string): string[] {
  return text.split(/[\s×x,;()[\]]+/i).filter(Boolean);
}

function wholes(text: string[]): number[] | null {
  const numbers = text.map(readNumber);
  return numbers.every((number) => number !== null && Number.isInteger(number)) ? (numbers as number[]) : null;
}

/** Numbers in a row, with whatever between them. */
function numbers(text: string): number[] | null {
  const listed = parts(text).map(readNumber);
  return listed.every((number) => number !== null) ? (listed as number[]) : null;
}

const lines = (text: string) => text.split("\n").map((line) => line.trim()).filter(Boolean);

type Asked = Pick<Field, "kind" | "label" | "length" | "none" | "unknown">;

/** What was typed into a field, as its kind has it, or what is wrong with it. */
export function read({ kind, label, length, none, unknown }: Asked, text: string): Read {
  if (none !== undefined && !text.trim()) return { value: null };
  const needs = (what: string): Read => ({ fault: `${label} must be ${what}; received ${text.trim() ? `“${text.trim()}”` : "nothing"}.` });
  const number = readNumber(kind === "whole" && THOUSANDS.test(text.trim()) ? text.replaceAll(",", "") : text);
  switch (kind) {
    case "whole":
      return number !== null && Number.isInteger(number) ? { value: number } : needs("a whole number");
    case "number":
      return number !== null ? { value: number } : needs("a number, such as 0.001 or 1/16");
    case "shape": {
      const all = parts(text);
      const isUnknown = (part: string) => !!unknown && part === UNKNOWN;
      const sizes = wholes(all.filter((part) => !isUnknown(part)));
      if (!sizes || !all.length) return needs("whole numbers, such as 8, 8, 1");
      return { value: all.map((part) => (isUnknown(part) ? null : sizes.shift()!)) };
    }
    case "wholes": {
      const listed = wholes(parts(text));
      return listed ? { value: listed } : needs("whole numbers, such as 1, 2, 3");
    }
    case "numbers": {
      const listed = numbers(text);
      return listed ? { value: listed } : needs("numbers, such as 0.5, 1, 1/3");
    }
    case "matrix": {
      const rows = lines(text.replaceAll(";", "\n")).map(numbers);
      return rows.every((row) => row !== null) ? { value: rows as number[][] } : needs("rows of numbers, one row a line");
    }
    case "texts":
      return { value: lines(text) };
    case "sizes": {
      const sizes = wholes(parts(text));
      return sizes?.length === length ? { value: sizes } : needs(`${length} whole numbers`);
    }
    default:
      return { value: text };
  }
}

/** A value as text, in a form that `read` takes back. */
export function written(value: Value): string {
  if (typeof value === "number") return String(Number(value.toPrecision(12)));
  if (Array.isArray(value)) return value.map((one) => (one === null ? UNKNOWN : written(one))).join(value.some(isLine) ? "\n" : ", ");
  return value === null || typeof value === "object" ? "" : String(value);
}

const isLine = (value: Value) => Array.isArray(value) || typeof value === "string";

export interface Shown {
  value: Value;
  mixed: boolean;
}

/** What a field shows: Python's last word with the person's own edits on top that Python had not heard of then. */
export function shown(field: Pick<Field, "name" | "target" | "value" | "mixed">, unheard: Op[]): Shown {
  const told = { value: field.value, mixed: !!field.mixed };
  return unheard.reduce<Shown>((now, op) => {
    if (op.op === "undo" || op.op === "redo") return told; // what comes of it is Python's to say
    return op.op === "set" && op.name === field.name && isOf(op, field.target) ? after(now, op, field.target) : now;
  }, told);
}

/** Whether a choice was made that Python has not answered, be it for what was chosen before: that brings the defaults back. */
export function isChosenAnew(field: Pick<Field, "name" | "target">, unheard: Op[]): boolean {
  return unheard.reduce((anew, op) => {
    if (op.op === "undo" || op.op === "redo") return false;
    return anew || (op.op === "set" && op.name === field.name && isOf(op, field.target));
  }, false);
}

/** What is said beside a value that the server could not keep yet: what all else on the page shows until then. */
export function notSaved({ value, mixed, choices, word, none }: Field): string {
  const chosen = wordOf(value, { word });
  const still = mixed ? "" : value === null ? none : typeof value === "boolean" ? (value ? "yes" : "no") : choices?.[chosen] ?? (written(value) || chosen);
  return still ? `Not saved yet: still ${still}.` : "Not saved yet.";
}

function isOf(op: SetEdit, target: Target): boolean {
  return op.of === target.of && op.who === target.who && op.where === target.where && (!target.ids || target.ids.some((id) => op.ids?.includes(id)));
}

function after(now: Shown, op: SetEdit, target: Target): Shown {
  const value = op.value as Value;
  if (!target.ids || target.ids.every((id) => op.ids?.includes(id))) return { value, mixed: false };
  return now.mixed || !same(now.value, value) ? { value: null, mixed: true } : now;
}

export const isFaulty = ({ faults }: Pick<Field, "faults">) => faults.some(({ severity }) => severity === "error");

export const same = (a: Value, b: Value) => JSON.stringify(a) === JSON.stringify(b);

/** Where a slider may stand: from low to high, or at the places of its stops. */
export interface Track {
  low: number;
  high: number;
  step: number;
  stops?: (number | null)[];
}

/** Bounds near enough that a place on a line says more than a number; the step from one place to the next, else null. */
export function sliderOf({ kind, low, high, open_low, open_high, stops }: Field): Track | null {
  if (stops) return { low: 0, high: stops.length - 1, step: 1, stops };
  if (low == null || high == null || high - low > (kind === "whole" ? 32 : 1)) return null;
  const step = kind === "whole" ? 1 : 0.01;
  return { low: open_low ? low + step : low, high: open_high ? high - step : high, step };
}

const NEARLY_NOTHING = 1e-5; // zero among numbers that double

/** The place of a value: among stops the nearest, as far as numbers that double go. */
export function placeOn({ stops }: Track, value: number | null): number {
  if (!stops) return Number(value);
  if (value === null) return stops.indexOf(null);
  const size = (one: number) => Math.log2(Math.max(one, NEARLY_NOTHING));
  const away = stops.map((stop) => (stop === null ? Infinity : Math.abs(size(stop) - size(value))));
  return away.indexOf(Math.min(...away));
}

type Args = Record<string, Value>;

/** What is chosen: a word alone, an object with a name, or an operator of a kind; of nothing the empty word. */
export function wordOf(value: Value, { word }: Pick<Field, "word">): string {
  if (value === null || Array.isArray(value) || typeof value !== "object") return String(value ?? "");
  return String(value.name ?? value.kind ?? word);
}

/** What it was given beside its name. */
export function argsOf(value: Value): Args {
  if (value === null || Array.isArray(value) || typeof value !== "object") return {};
  if (value.params) return value.params as Args;
  const { name: _, ...args } = value;
  return args;
}

/** The value with one of its own fields changed, and all of them named. */
export function withArg(field: Pick<Field, "word" | "inner" | "value">, now: Value, name: string, value: Value): Value {
  const word = wordOf(now, field);
  const args = { ...Object.fromEntries((field.inner ?? []).map((own) => [own.name, own.value])), ...argsOf(now), [name]: value };
  const isOperator = now !== null && typeof now === "object" && "kind" in now;
  return isOperator ? { kind: word, params: args } : { name: word, ...args };
}
