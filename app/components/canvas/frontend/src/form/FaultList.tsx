// Every fault and warning: a press shows the node, a button beside it mends it where it is known how, a link tells more of such faults.
import { useCell } from "../cell";
import { useSession } from "../context";
import { FaultIcon } from "../Icon";
import { lookOf } from "../stores";
import type { Listed } from "./data";
import { Repairs } from "./Repairs";

export function FaultList({ faults, empty }: { faults: Listed[]; empty: string }) {
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
            <a className="gb-more" href={fault.help} target="_blank" rel="noopener" title="What this means, in help" aria-label={`Help: ${fault.text}`}>
              ?
            </a>
          </div>
        </li>
      ))}
    </ul>
  );
}
