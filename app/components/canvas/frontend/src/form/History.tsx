// Undo and redo: each press is an edit with a number of its own, so that as many steps are taken as there were presses.
import { useSession } from "../context";
import type { Op } from "../fold";
import { Icon, TOOLS } from "../Icon";

interface Props {
  undo: string | null;
  redo: string | null;
  unheard: Op[];
}

export function History({ undo, redo, unheard }: Props) {
  const going = unheard.length > 0;
  const undone = unheard.some(({ op }) => op === "undo");
  return (
    <div className="gb-history" role="group" aria-label="History">
      <Step op="undo" title="Undo" step={undo} possible={undo !== null || going} />
      <Step op="redo" title="Redo" step={redo} possible={redo !== null || undone} />
    </div>
  );
}

function Step({ op, title, step, possible }: { op: "undo" | "redo"; title: string; step: string | null; possible: boolean }) {
  const session = useSession();
  const told = step === null ? `Nothing to ${op}` : `${title}: ${step}`;
  return (
    <button type="button" aria-label={title} title={told} aria-disabled={!possible} onClick={() => possible && session.edit({ op })}>
      <Icon path={TOOLS[op]} />
    </button>
  );
}
