import { useEffect, useReducer, useRef } from "react";
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
