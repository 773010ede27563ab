// What the live view says: numbers as people read them, and states in sentences.
import type { Metric } from "./plot";
import type { Activations, Epoch, Estimate, RunRecord } from "./record";
import type { Ridged } from "./seen";

export const MINUS = "−";
export const NOTHING = "–";

/** A number in few characters: 0.5, −12, 3.2e−5. */
export function short(value: number): string {
  if (value === 0) return "0";
  const size = Math.abs(value);
  const text = size >= 0.001 && size < 100_000 ? String(Number(size.toPrecision(2))) : size.toExponential(0).replace("e+", "e");
  return (value < 0 ? MINUS : "") + text.replace("-", MINUS);
}

/** A loss: four digits, always as wide. */
export function lossWords(value: number | null | undefined): string {
  if (value === null || value === undefined || !Number.isFinite(value)) return NOTHING;
  const size = Math.abs(value);
  if (size !== 0 && (size < 0.0005 || size >= 100_000)) return value.toExponential(1).replace("e+", "e").replace(/-/g, MINUS);
  const text = size >= 1000 ? Math.round(size).toLocaleString("en") : size.toFixed(size < 10 ? 3 : size < 100 ? 2 : 1);
  return value < 0 ? MINUS + text : text;
}

export const shareWords = (value: number | null | undefined): string =>
  value === null || value === undefined ? NOTHING : `${(value * 100).toFixed(1)} %`;

export const countWords = (value: number): string => Math.round(value).toLocaleString("en");

export function speedWords(perSecond: number | null): string {
  if (perSecond === null) return NOTHING;
  return perSecond >= 10 ? countWords(perSecond) : perSecond.toFixed(1);
}

/** A bound on the speed. */
export const speedsWords = (perSecond: number | null): string =>
  perSecond === null ? "Full speed" : perSecond === 1 ? "1 step a second" : `${perSecond} steps a second`;

export function timeWords(seconds: number | null): string {
  if (seconds === null || !Number.isFinite(seconds)) return NOTHING;
  if (seconds < 59.5) return `${Math.round(seconds)} s`;
  const minutes = Math.floor(Math.round(seconds) / 60);
  if (minutes < 60) return `${minutes} min ${String(Math.round(seconds) % 60).padStart(2, "0")} s`;
  return `${Math.floor(minutes / 60)} h ${String(minutes % 60).padStart(2, "0")} min`;
}

/** Bytes. */
export const memoryWords = (bytes: number): string => (bytes >= 999.5e6 ? `${(bytes / 1e9).toPrecision(2)} GB` : `${countWords(bytes / 1e6)} MB`);

/** What a training takes of the memory, and how long a step is, in full. */
export function needsWords({ memory, used, each }: Estimate): string {
  const parts = [`This training has taken ${memoryWords(used)} of memory at most so far, with Keras itself.`];
  if (memory) parts.push(`Before its start the network was estimated to take ${memoryWords(memory)} of it.`);
  if (each) parts.push(`A step takes ${each < 0.0995 ? `${Number((each * 1000).toPrecision(2))} ms` : `${Number(each.toPrecision(2))} s`}, with all that is done beside it.`);
  return parts.join(" ");
}

export function ordinal(n: number): string {
  const teen = n % 100 >= 11 && n % 100 <= 13;
  return n + (teen ? "th" : (["th", "st", "nd", "rd"][n % 10] ?? "th"));
}

const epochsWords = (n: number) => `${countWords(n)} ${n === 1 ? "epoch" : "epochs"}`;

export type Tone = "waiting" | "running" | "done" | "bad";

/** The state of a run in a few words. */
export function stateOf(record: RunRecord): { text: string; tone: Tone } {
  const { state, ended } = record;
  if (record.connection === "refused") return { text: "this run cannot be read", tone: "bad" };
  if (record.connection === "lost") return { text: "connection lost, trying again", tone: "bad" };
  const epochs = ended?.epochs ?? record.epochs.at(-1)?.number ?? 0;
  switch (state) {
    case null:
      return { text: "reading the run", tone: "waiting" };
    case "queued":
      if (record.engine === "starting") return { text: "engine is starting", tone: "waiting" };
      if (record.engine === "lost") return { text: "engine lost, restarting", tone: "waiting" };
      return { text: waitingWords(record), tone: "waiting" };
    case "starting":
      return { text: "building the network", tone: "waiting" };
    case "running":
      if (record.full && record.silent) return { text: "waits, as the disk is full", tone: "bad" };
      if (record.silent) return { text: `no news for ${timeWords(record.silent)}`, tone: "waiting" };
      return { text: record.events ? "training" : "building the network", tone: "running" };
    case "holding":
      return { text: `paused at step ${countWords(record.step)}`, tone: "waiting" };
    case "finished":
      return { text: `finished after ${epochsWords(epochs)}`, tone: "done" };
    case "stopped":
      if (epochs) return { text: `stopped after epoch ${countWords(epochs)}`, tone: "done" };
      return { text: record.step ? "stopped in the first epoch" : "stopped before it began", tone: "done" };
    case "diverged":
      return { text: `diverged in epoch ${countWords(epochs + 1)}`, tone: "bad" };
    case "failed":
      return { text: "failed", tone: "bad" };
    case "killed":
      return { text: "was ended from outside", tone: "bad" };
    case "lost":
      return { text: "was lost with the server", tone: "bad" };
    case "paused":
      return { text: record.reason?.startsWith("held") ? "paused and kept" : "paused, awaits the engine", tone: "waiting" };
  }
}

/** What stands in the place of the speed and of the time that is left while a training that goes on takes no steps; null
 * while it takes them. */
export function restWords({ state, full, silent }: RunRecord): string | null {
  if (state === "holding" || state === "paused") return "paused";
  return state === "running" && full && silent ? "waits" : null;
}

function waitingWords({ position, wait, paused }: RunRecord): string {
  if (paused) return "waiting, the queue is paused";
  if (!position) return "waiting";
  return `${ordinal(position)} in queue${wait === null ? "" : `, ${aboutWords(wait)}`}`;
}

/** A time to wait, as roughly as it is known. */
export function aboutWords(seconds: number): string {
  const minutes = Math.round(seconds / 60);
  if (minutes < 1) return "under a minute";
  return minutes < 90 ? `about ${minutes} min` : `about ${Math.round(minutes / 60)} hours`;
}

const UNSAID: Record<string, string> = {
  diverged: "The loss is no number any more.",
  failed: "The training failed, and no reason was given.",
  killed: "The training was ended from outside, perhaps for want of memory. Resume goes on from what was kept.",
  lost: "The server went away while this trained. Resume goes on from what was kept.",
};

/** Why a run ended badly, in sentences, and where it diverged what to do; null if it did not. */
export function troubleOf(record: RunRecord, advice = ""): string | null {
  const unsaid = UNSAID[record.state ?? ""];
  if (!unsaid) return null;
  const reason = (record.reason ?? record.ended?.reason ?? "").trim();
  const why = reason ? sentence(reason) : unsaid;
  if (record.state === "diverged") return `${why} ${advice}`.trim();
  const isKept = (record.state === "killed" || record.state === "lost") && record.step > 0 && !why.includes("Resume");
  return isKept ? `${why} Resume goes on from what was kept.` : why;
}

export const capital = (text: string): string => text[0].toUpperCase() + text.slice(1);

const sentence = (text: string): string => capital(/[.!?]$/.test(text) ? text : `${text}.`);

/** A finished epoch, to be spoken. */
export function spokenEpoch({ number, metrics }: Epoch, of: number | undefined, shown: Metric[]): string {
  const parts = [`Epoch ${number}${of ? ` of ${of}` : ""}`];
  const tell = (name: string, key: string, words: (value: number) => string) => {
    const value = metrics[key];
    if (value !== null && value !== undefined) parts.push(`${name} ${words(value)}`);
  };
  tell("loss", "loss", lossWords);
  tell("validation loss", "val_loss", lossWords);
  const [first] = shown; // of many, nobody can listen to all
  if (first) {
    const words = first.share ? shareWords : lossWords;
    tell(first.title.toLowerCase(), first.key, words);
    tell(`validation ${first.title.toLowerCase()}`, `val_${first.key}`, words);
  }
  return `${parts.join(", ")}.`;
}

/** A share in whole per cent. */
export const percentWords = (share: number): string => `${share > 0 && share < 0.01 ? "<1" : Math.round(share * 100)} %`;

export const deadWords = (dead: number | null): string => (dead ? `${percentWords(dead)} dead` : "");

const plain = (value: number | null) => (value === null ? "not a number" : short(value));

/** What was seen of a node, to be read out. */
export function seenWords(label: string, seen: Ridged, now: Activations | null): string {
  if (!now) return `${label}: no ${seen} yet`;
  const dead = deadWords(now.dead);
  return `${label}: mean ${plain(now.mean)}, spread ${plain(now.spread)}, from ${short(now.low)} to ${short(now.high)}${dead && `, ${dead}`}`;
}

/** A name without and with the number at its end. */
export function numbered(name: string): [words: string, number: string] {
  const [, words, number] = /^(.*?)([ _]?\d*)$/s.exec(name)!;
  return [words, number];
}
