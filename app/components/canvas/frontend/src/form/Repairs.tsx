// The buttons that mend a fault, each as one step that can be undone.
import { useSession } from "../context";
import type { Repair } from "../stores";

export function Repairs({ repairs, tabIndex }: { repairs: Repair[]; tabIndex?: number }) {
  const session = useSession();
  if (!repairs.length) return null;
  return (
    <span className="gb-repairs nopan nodrag">
      {repairs.map(({ key, says }) => (
        <button key={key} type="button" tabIndex={tabIndex} data-testid="repair" onClick={() => session.edit({ op: "repair", key })}>
          {says}
        </button>
      ))}
    </span>
  );
}
