// What was asked of a run while it went, as marks on its curves; those that stand too close for two labels are one.
import type { Frame } from "./plot";
import { type Commanded, speedOf } from "./record";
import { short } from "./words";

export interface Mark {
  x: number; // pixels of the plot
  room: number; // for the label, at its right
  label: string;
  told: string[]; // each in full
}

export type Labels = Record<string, string>;

const CLOSE = 20; // pixels
const LETTER = 7.4; // pixels, of a label
const EDGES = 8;

type Place = Pick<Frame, "left" | "width" | "x">;

/** The marks that are within the frame, from left to right. epochOf: where a step stands on the axis. labels: of nodes, by id. */
export function marksOf(commands: Commanded[], epochOf: (step: number) => number, { left, width, x: [low, high] }: Place, labels: Labels = {}): Mark[] {
  const groups: { x: number; all: Commanded[] }[] = [];
  for (const one of commands) {
    const at = epochOf(one.step);
    if (at < low || at > high) continue;
    const x = left + ((at - low) / (high - low)) * width;
    const last = groups.at(-1);
    if (last && x - last.x < CLOSE) last.all.push(one);
    else groups.push({ x, all: [one] });
  }
  return groups.map(({ x, all }, i) => {
    const room = (groups[i + 1]?.x ?? left + width) - x;
    const fits = (label: string) => label.length * LETTER + EDGES <= room;
    return { x, room, label: labelsOf(all).find(fits) ?? "", told: all.map((one) => toldOf(one, labels)) };
  });
}

const ASKED: Record<string, string> = { hold: "paused", go: "went on", step: "step", reset: "began again", pause: "paused", stop: "stopped" };

/** The newest change in a few characters and in fewer; without any, what was asked last. */
function labelsOf(all: Commanded[]): string[] {
  const changes = all.flatMap(({ settings }) => Object.entries(settings));
  if (!changes.length) return [askedOf(all.find(({ command }) => command === "hold") ?? all.at(-1)!)];
  const [name, [, now]] = changes.at(-1)!;
  const count = new Set(changes.map(([name]) => name)).size;
  return count > 1 ? [`${count} changes`, String(count)] : [`${shortly(name)} ${valueOf(now)}`, valueOf(now)];
}

function askedOf({ command, words }: Commanded): string {
  if (command !== "speed") return ASKED[command] ?? command;
  const most = speedOf(words);
  return most ? `${most}/s` : "full speed";
}

function toldOf(one: Commanded, labels: Labels): string {
  const changes = Object.entries(one.settings).map(([name, [from, to]]) => `${nameOf(name, labels)} ${valueOf(from)} to ${valueOf(to)}`);
  return `step ${one.step}: ${[...(changes.length ? changes : [askedOf(one)]), one.words].filter(Boolean).join("; ")}`;
}

/** "learning_rate" as rate, "drop1.rate" as rate of drop1, "n2.kernel.0.3" as weight from 1 to unit 4 of n2. */
function nameOf(name: string, labels: Labels): string {
  const [, node, of, ...places] = /^(.+)\.(kernel|bias)\.(\d+)(?:\.(\d+))?$/.exec(name) ?? [];
  if (node) {
    const [first, last] = places.filter(Boolean).map((place) => Number(place) + 1);
    return of === "bias" ? `bias of ${labels[node] ?? node}, unit ${first}` : `weight of ${labels[node] ?? node}, unit ${last}, from ${first}`;
  }
  const dot = name.lastIndexOf(".");
  const spaced = name.slice(dot + 1).replaceAll("_", " ");
  return dot < 0 ? spaced : `${spaced} of ${labels[name.slice(0, dot)] ?? name.slice(0, dot)}`;
}

const shortly = (name: string) => /\.(kernel|bias)\.\d/.test(name) ? (name.includes(".bias.") ? "bias" : "weight") : nameOf(name.slice(name.lastIndexOf(".") + 1), {}).replace("learning rate", "rate").replace("batch size", "batch");

const valueOf = (value: unknown): string =>
  typeof value === "number" ? (Number.isInteger(value) ? String(value) : short(value)) : value === null ? "none" : typeof value === "object" ? partsOf(value) : String(value);

/** Of a penalty what it adds. */
const partsOf = (value: object): string =>
  Object.entries(value).filter(([, part]) => part).map(([name, part]) => `${name} ${valueOf(part)}`).join(" ") || "none"; // prettier-ignore
