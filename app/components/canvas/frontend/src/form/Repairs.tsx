// The buttons that mend a fault, each as one step that can be undone.
import type { MouseEvent } from "react";
import { useSession } from "../context";
import type { Repair } from "../stores";
import { goOnAfter } from "./goOn";

/** node: whose fault it is. */
export function Repairs({ repairs, node, tabIndex }: { repairs: Repair[]; node?: string; tabIndex?: number }) {
  const session = useSession();
  const mend = (key: string, { currentTarget, detail }: MouseEvent<HTMLElement>) => {
    if (!detail) goOnAfter(currentTarget, session, node); // by key
    const asked = session.sync.pending.some((op) => op.op === "repair" && op.key === key); // a second press of a double click
    if (!asked) session.edit({ op: "repair", key });
  };
  if (!repairs.length) return null;
  return (
    <span className="gb-repairs nopan nodrag">
      {repairs.map(({ key, says }) => (
        <button key={key} type="button" tabIndex={tabIndex} data-testid="repair" title={says} onClick={(event) => mend(key, event)}>
          {says}
        </button>
      ))}
    </span>
  );
}
