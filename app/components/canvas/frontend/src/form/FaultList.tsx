// Every fault and warning: a press shows the node, a button beside it mends it where it is known how, a link tells more of such faults.
import { useEffect } from "react";
import { useCell } from "../cell";
import { useSession } from "../context";
import { evidence } from "../evidence";
import { FaultIcon } from "../Icon";
import { lookOf } from "../stores";
import type { Listed } from "./data";
import { Repairs } from "./Repairs";

interface Props {
  faults: Listed[];
  empty: string;
  inLine: boolean; // the first alone, in one line, with how many more there are
  run?: string | null; // that they are findings of
}

export function FaultList({ faults, empty, inLine, run }: Props) {
  useMarked(run, faults);
  const session = useSession();
  const loud = useCell(session.loud);
  if (!faults.length) return <p className="gb-none">{empty}</p>;
  const [shown, rest] = inLine ? [faults.slice(0, 1), faults.slice(1)] : [faults, []];
  return (
    <ul className={inLine ? "gb-faults is-line" : "gb-faults"}>
      {shown.map((fault, place) => (
        <li key={place} className={`is-${lookOf(fault, loud)}`} data-testid="told">
          <FaultIcon severity={lookOf(fault, loud)} />
          <div className="gb-saying">
            {fault.nodes.length ? (
              <button type="button" title={inLine ? fault.text : "Show the node"} onClick={() => session.show(fault.nodes[0])}>
                {fault.text}
              </button>
            ) : (
              <span title={inLine ? fault.text : undefined}>{fault.text}</span>
            )}
            <Repairs repairs={fault.repairs} node={fault.nodes[0]} />
            <a className="gb-more" href={fault.help} target="_blank" rel="noopener" title="What this means, in help" aria-label={`Help: ${fault.text}`}>
              ?
            </a>
            {rest.length > 0 && (
              <span className="gb-rest" title={rest.map(({ text }) => text).join("\n")}>
                + {rest.length}
                <span className="gb-unseen">{`: ${rest.map(({ text }) => text).join(" ")}`}</span>
              </span>
            )}
          </div>
        </li>
      ))}
    </ul>
  );
}

/** Has curves and layers of the run marked where these are seen, as long as they are told. */
function useMarked(run: string | null | undefined, faults: Listed[]) {
  const told = JSON.stringify(faults.map(({ title = "", text, evidence = [] }) => ({ title, text, evidence })));
  useEffect(() => (run ? evidence.tell(run, JSON.parse(told)) : undefined), [run, told]);
}
