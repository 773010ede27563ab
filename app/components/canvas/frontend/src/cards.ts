// What cards show at their foot of a network that can be asked: what each node gives for the sample that is looked at, or its weights. Of
// all nodes at once, by one question; asked again when sample, step or, while a training goes on, the weights change.
import { useEffect } from "react";
import { Asker } from "./asks";
import { useCell } from "./cell";
import { useSession } from "./context";
import type { RunRecord } from "./live/record";
import { pollers, type Run } from "./poller";
import type { Session } from "./session";
import { NOTHING_SHOWN, type Shown } from "./shown";
import { askedOf } from "./tries";
import { walks } from "./walk";

const PER_SECOND = 0.5;
const READYING = "The network is being made ready …";
const NOT_YET = "The network can be asked as soon as it has learned something.";

/** Keeps what the cards show up to date while the canvas stands. */
export function useCards(): void {
  const session = useSession();
  const run = useCell(session.run);
  const showing = useCell(session.showing);
  const path = run?.asks;
  useEffect(() => {
    session.shown.set(NOTHING_SHOWN);
    if (run && path && showing !== "training") return follow(session, run, path, showing);
  }, [session, run?.id, path, showing]);
}

function follow(session: Session, run: Run, path: string, showing: "values" | "weights"): () => void {
  const { shown } = session;
  const asker = new Asker<{ nodes: Shown["values"] & Shown["weights"] }>(path, ({ answer, trouble, starting }) => {
    if (answer) shown.set({ ...NOTHING_SHOWN, [showing]: answer.nodes });
    else if (trouble) shown.set({ ...NOTHING_SHOWN, trouble });
    else if (starting && !shown.get()[showing]) shown.set({ ...NOTHING_SHOWN, trouble: READYING });
  });
  const at = walks.at(run.id);
  const asked = askedOf(session.id);
  let last = "";
  const ask = () => {
    const record = pollers.record(run.id);
    const newest = newestOf(record);
    if (newest === null) return shown.set({ ...NOTHING_SHOWN, trouble: NOT_YET });
    const step = at.get();
    const question = JSON.stringify(showing === "values" ? { kind: "answer", step, ...asked.get() } : { kind: "kernels", step });
    const wanted = step === null ? `${question} ${newest}` : question;
    if (wanted === last) return;
    last = wanted;
    asker.ask(question);
  };
  const ends = [pollers.watch(run, ask, PER_SECOND), at.subscribe(ask), ...(showing === "values" ? [asked.subscribe(ask)] : [])];
  return () => {
    ends.forEach((end) => end());
    asker.end();
  };
}

/** What names the newest weights of a run; null while it has kept none. */
function newestOf(record: RunRecord | undefined): string | null {
  if (!record?.state) return null;
  if (record.isFinal) return "kept";
  return record.kept.length ? String(record.kept.at(-1)) : null;
}
