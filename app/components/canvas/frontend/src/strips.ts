// The live histograms on the cards: what the page's poller knows of the run that the canvas shows.
import { useEffect } from "react";
import { useCell } from "./cell";
import { useSession } from "./context";
import type { RunRecord } from "./live/record";
import { pollers } from "./poller";
import type { Strip } from "./stores";

const PER_SECOND = 2;
const BINS = 32;

/** Keeps the strips up to date while the canvas stands; they show the last state of a run that is over. */
export function useStrips(): void {
  const session = useSession();
  const run = useCell(session.run);
  useEffect(() => {
    if (!run) return session.strips.replace({});
    return pollers.watch(run, (record) => session.strips.replace(stripsOf(record)), PER_SECOND);
  }, [run, session]);
}

export function stripsOf(record: RunRecord): Record<string, Strip> {
  return Object.fromEntries(
    [...record.nodes].flatMap(([id, { now }]) => (now ? [[id, { bins: folded(now.counts), mean: now.mean ?? NaN, dead: now.dead ?? 0 }]] : [])),
  );
}

/** Neighbouring bins put together, for a strip is narrow. */
function folded(counts: number[]): number[] {
  const size = Math.max(1, Math.ceil(counts.length / BINS));
  return Array.from({ length: Math.ceil(counts.length / size) }, (_, i) => counts.slice(i * size, (i + 1) * size).reduce((a, b) => a + b, 0));
}
