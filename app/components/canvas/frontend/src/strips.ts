// The live histograms on the cards, and the gradients along the wires: what the page's poller knows of the run that the canvas shows.
import { useEffect } from "react";
import { useCell } from "./cell";
import { useSession } from "./context";
import { flowsOf } from "./flows";
import type { RunRecord } from "./live/record";
import { pollers } from "./poller";
import type { Strip } from "./stores";
import { type At, walks } from "./walk";

const PER_SECOND = 2;
const BINS = 32;

/** Keeps the strips up to date while the canvas stands; they show the last state of a run that is over, or the step it was walked to. */
export function useStrips(): void {
  const session = useSession();
  const run = useCell(session.run);
  useEffect(() => {
    if (!run) {
      session.strips.replace({});
      session.flows.replace({});
      return session.hasFlows.set(false);
    }
    walks.begin(run.id, run.step ?? null);
    const at = walks.at(run.id);
    const show = () => {
      const record = pollers.record(run.id);
      const strips = stripsOf(record, at.get(), run.tints);
      session.strips.replace(strips);
      if (Object.keys(strips).length) session.hasPictures.set(Object.values(strips).some(({ tiles }) => tiles));
      session.flows.replace(flowsOf(record, at.get(), run.ends ?? []));
      session.hasFlows.set(!!record?.flow.now);
    };
    const ends = [pollers.watch(run, show, PER_SECOND), at.subscribe(show)];
    return () => ends.forEach((end) => end());
  }, [run, session]);
}

/** at: the step that the run was walked back to. */
export function stripsOf(record: RunRecord | undefined, at: At = null, tints?: [string, string]): Record<string, Strip> {
  const units = record?.units.at(at);
  return Object.fromEntries(
    [...(record?.nodes ?? [])].flatMap(([id, kept]) => {
      const seen = kept.at(at);
      const own = tints && units?.nodes[id];
      const tiles = own && { units: own, size: units.size, count: units.counts[id], tints };
      return seen ? [[id, { bins: folded(seen.counts), mean: seen.mean ?? NaN, dead: seen.dead ?? 0, ...(tiles && { tiles }) }]] : [];
    }),
  );
}

/** Neighbouring bins put together, for a strip is narrow. */
function folded(counts: number[]): number[] {
  const size = Math.max(1, Math.ceil(counts.length / BINS));
  return Array.from({ length: Math.ceil(counts.length / size) }, (_, i) => counts.slice(i * size, (i + 1) * size).reduce((a, b) => a + b, 0));
}
