// The buttons that mend a fault, each as one step that can be undone.
import { useSession } from "../context";
import type { Repair } from "../stores";

export function Repairs({ repairs, tabIndex }: { repairs: Repair[]; tabIndex?: number }) {
  const session = useSession();
  const mend = (key: string) => {
    const asked = session.sync.pending.some((op) => op.op === "repair" && op.key === key); // a second press of a double click
    if (!asked) session.edit({ op: "repair", key });
  };
  if (!repairs.length) return null;
  return (
    <span className="gb-repairs nopan nodrag">
      {repairs.map(({ key, says }) => (
        <button key={key} type="button" tabIndex={tabIndex} data-testid="repair" onClick={() => mend(key)}>
          {says}
        </button>
      ))}
    </span>
  );
}
