// Every fault and warning: a press shows the node, a button beside it mends it where it is known how.
import { useCell } from "../cell";
import { useSession } from "../context";
import { FaultIcon } from "../Icon";
import { lookOf } from "../stores";
import type { Told } from "./data";
import { Repairs } from "./Repairs";

export function FaultList({ faults, empty }: { faults: (Told & { nodes: string[] })[]; empty: string }) {
  const session = useSession();
  const loud = useCell(session.loud);
  if (!faults.length) return <p className="gb-none">{empty}</p>;
  return (
    <ul className="gb-faults">
      {faults.map((fault, place) => (
        <li key={place} className={`is-${lookOf(fault, loud)}`} data-testid="told">
          <FaultIcon severity={lookOf(fault, loud)} />
          <div className="gb-saying">
            {fault.nodes.length ? (
              <button type="button" title="Show the node" onClick={() => session.show(fault.nodes[0])}>
                {fault.text}
              </button>
            ) : (
              <span>{fault.text}</span>
            )}
            <Repairs repairs={fault.repairs} node={fault.nodes[0]} />
          </div>
        </li>
      ))}
    </ul>
  );
}
