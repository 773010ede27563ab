// What was not recorded of a step that is walked to, or was thinned out since, is worked out anew from the weights that were kept.
import { useEffect, useState } from "react";
import { pollers, type Run } from "../poller";
import type { At } from "../walk";
import type { Event, RunRecord } from "./record";

const SETTLED_MS = 200;
const PAUSE_MS = 300;
const PATIENCE_MS = 60_000;

/** The step whose kept weights tell more of this one than the record does; null where none do. */
export function wanting(record: RunRecord, at: At): number | null {
  if (at === null || !(record.isFinal || record.state === "holding")) return null; // beside a training that goes on nothing else computes
  const kept = record.kept.findLast((step) => step <= at);
  if (kept === undefined) return null;
  const seen = [...record.nodes.values(), ...(record.boundaries.now ? [record.boundaries] : [])].map((looks) => looks.at(at)?.step ?? -1);
  return seen.length && kept > Math.min(...seen) ? kept : null;
}

const asked = new Set<string>(); // once a page: what cannot be answered is not asked for again and again

/** Has it worked out for these runs when the slider rests; whether it is under way. */
export function useRecall(runs: readonly Run[], at: At, rests: boolean): boolean {
  const [isUnderWay, setUnderWay] = useState(false);
  const ids = runs.map(({ id, path }) => `${id} ${path}`).join();
  useEffect(() => {
    if (at === null || !rests) return;
    const gone = new AbortController();
    const timer = setTimeout(() => {
      const all = ids.split(",").map((one) => one.split(" ") as [string, string]);
      setUnderWay(true);
      void Promise.all(all.map(([id, path]) => recalled(id, path, at, gone.signal))).then(() => gone.signal.aborted || setUnderWay(false));
    }, SETTLED_MS);
    return () => {
      clearTimeout(timer);
      gone.abort();
      setUnderWay(false);
    };
  }, [ids, at, rests]);
  return isUnderWay;
}

async function recalled(id: string, path: string, at: At, gone: AbortSignal): Promise<void> {
  const record = pollers.record(id);
  const step = record ? wanting(record, at) : null;
  if (step === null || asked.has(`${id} ${step}`)) return;
  const until = performance.now() + PATIENCE_MS;
  while (performance.now() < until && !gone.aborted) {
    const told = await ask(path.replace(/events$/, "questions"), step, gone);
    if (told === "starting") await new Promise((done) => setTimeout(done, PAUSE_MS));
    else {
      if (!gone.aborted) asked.add(`${id} ${step}`);
      if (told) pollers.recall(id, told);
      return;
    }
  }
}

/** null: it cannot be had. */
async function ask(path: string, step: number, signal: AbortSignal): Promise<Event[] | "starting" | null> {
  try {
    const response = await fetch(path, { method: "POST", credentials: "same-origin", headers: { "Content-Type": "application/json" }, body: JSON.stringify({ kind: "look", step }), signal });
    if (response.status === 202) return "starting";
    return response.ok ? ((await response.json()) as { events: Event[] }).events : null;
  } catch {
    return null;
  }
}
