// What is wrong with a field or a form, with its repairs.
import { useCell } from "../cell";
import { useSession } from "../context";
import { lookOf } from "../stores";
import type { Told } from "./data";
import { Repairs } from "./Repairs";

export function FaultText({ fault, node }: { fault: Told; node?: string }) {
  const loud = useCell(useSession().loud);
  return (
    <div className={`gb-fault is-${lookOf(fault, loud)}`} role="note" data-testid="field-fault">
      <span>{fault.text}</span>
      <Repairs repairs={fault.repairs} node={node} />
    </div>
  );
}
