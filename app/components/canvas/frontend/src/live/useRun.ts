import { useEffect, useMemo, useReducer, useRef } from "react";
import { pollers, type Run } from "../poller";
import { RunRecord } from "./record";

/** The run's record, drawn again at most so often a second. */
export function useRun(run: Run | null, perSecond: number): RunRecord {
  const [, again] = useReducer((n: number) => n + 1, 0);
  const empty = useRef(new RunRecord(""));
  const { id, path, active } = run ?? { id: "", path: "" };
  useEffect(() => (id ? pollers.watch({ id, path, active }, again, perSecond) : undefined), [id, path, active, perSecond]);
  return pollers.record(id) ?? empty.current;
}

/** The records of several runs, in their order. */
export function useRuns(runs: readonly Run[], perSecond: number): RunRecord[] {
  const [, again] = useReducer((n: number) => n + 1, 0);
  const told = JSON.stringify(runs.map(({ id, path, active }) => ({ id, path, active }))); // data of Streamlit are new objects each time
  const empty = useMemo(() => new RunRecord(""), []);
  useEffect(() => {
    const ends = (JSON.parse(told) as Run[]).map((run) => pollers.watch(run, again, perSecond));
    return () => ends.forEach((end) => end());
  }, [told, perSecond]);
  return runs.map(({ id }) => pollers.record(id) ?? empty);
}
