// Every fault and warning: a press shows the node, a button beside it mends it where it is known how.
import { useSession } from "../context";
import { FaultIcon } from "../Icon";
import type { Told } from "./data";
import { Repairs } from "./Repairs";

export function FaultList({ faults, empty }: { faults: (Told & { nodes: string[] })[]; empty: string }) {
  const session = useSession();
  if (!faults.length) return <p className="gb-none">{empty}</p>;
  return (
    <ul className="gb-faults">
      {faults.map((fault, place) => (
        <li key={place} className={`is-${fault.severity}`} data-testid="told">
          <FaultIcon severity={fault.severity} />
          {fault.nodes.length ? (
            <button type="button" title="Show the node" onClick={() => session.show(fault.nodes[0])}>
              {fault.text}
            </button>
          ) : (
            <span>{fault.text}</span>
          )}
          <Repairs repairs={fault.repairs} />
        </li>
      ))}
    </ul>
  );
}
