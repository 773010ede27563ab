// What was asked of a run while it went, as marks on its curves; those that stand too close for two labels are one.
import type { Frame } from "./chart";
import type { Commanded } from "./record";
import { short } from "./words";

export interface Mark {
  x: number; // pixels of the plot
  room: number; // for the label, at its right
  label: string;
  told: string[]; // each in full
}

const CLOSE = 20; // pixels
const LEAST_ROOM = 34; // a shorter label says nothing

/** The marks that are within the frame, from left to right. epochOf: where a step stands on the axis. */
export function marksOf(commands: Commanded[], epochOf: (step: number) => number, { left, width, x: [low, high] }: Pick<Frame, "left" | "width" | "x">): Mark[] {
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
    return { x, room, label: room < LEAST_ROOM ? "" : labelOf(all), told: all.map(toldOf) };
  });
}

const ASKED: Record<string, string> = { hold: "paused", go: "went on", step: "single step", speed: "other speed", reset: "began again", pause: "paused", stop: "stopped" };

/** The newest change in a few characters; without any, what was asked last. */
function labelOf(all: Commanded[]): string {
  const changes = all.flatMap(({ settings, command }) => (command === "speed" ? [] : Object.entries(settings)));
  if (!changes.length) return all.some(({ command }) => command === "hold") ? ASKED.hold : askedOf(all.at(-1)!);
  const [name, [, now]] = changes.at(-1)!;
  const names = new Set(changes.map(([name]) => name));
  return names.size > 1 ? `${names.size} changes` : `${shortly(name)} ${valueOf(now)}`;
}

const askedOf = ({ command }: Commanded) => ASKED[command] ?? command;

function toldOf(one: Commanded): string {
  const changes = Object.entries(one.settings).map(([name, [from, to]]) => `${nameOf(name)} ${valueOf(from)} to ${valueOf(to)}`);
  return `step ${one.step}: ${[...(changes.length ? changes : [askedOf(one)]), one.words].filter(Boolean).join("; ")}`;
}

/** "learning_rate" as rate, "drop1.rate" as rate of drop1. */
function nameOf(name: string): string {
  const dot = name.lastIndexOf(".");
  const spaced = name.slice(dot + 1).replaceAll("_", " ");
  return dot < 0 ? spaced : `${spaced} of ${name.slice(0, dot)}`;
}

const shortly = (name: string) => nameOf(name.slice(name.lastIndexOf(".") + 1)).replace("learning rate", "rate").replace("batch size", "batch");

const valueOf = (value: unknown): string =>
  typeof value === "number" ? (Number.isInteger(value) ? String(value) : short(value)) : value === null ? "none" : typeof value === "object" ? JSON.stringify(value) : String(value);
