// At the first visit a note beside the tools offers the tour; the tour itself is loaded when it starts.
import { type RefObject, useEffect } from "react";
import { useCell } from "./cell";
import { useCommands, useSession } from "./context";
import { invited, remember } from "./invitation";

export function Invitation() {
  const { touring, run } = useSession();
  const isInvited = useCell(invited);
  const isTouring = useCell(touring);
  useEffect(() => { // who trains has found the way, and looks at the cards below it
    const before = run.get()?.id;
    return run.subscribe(() => run.get()?.id !== before && remember());
  }, [run]);
  if (!isInvited || isTouring) return null;
  return (
    <section className="nn-invitation" aria-label="Tour" data-testid="invitation">
      <p>New here? A tour of one minute.</p>
      <button type="button" className="is-first" onClick={() => touring.set(true)}>
        Start
      </button>
      <button type="button" onClick={remember}>
        Skip
      </button>
    </section>
  );
}

/** Walks the tour while the session says so. */
export function useTour(root: RefObject<HTMLDivElement | null>) {
  const { touring } = useSession();
  const commands = useCommands();
  const isTouring = useCell(touring);
  useEffect(() => {
    if (!isTouring) return;
    let leave: (() => void) | null = null;
    let isOver = false;
    import("./tour").then(
      ({ walk }) => {
        if (!isOver) leave = walk(root.current!, commands);
      },
      () => touring.set(false), // the server is away: it can be asked for again
    );
    return () => {
      isOver = true;
      leave?.();
    };
  }, [isTouring, commands, root, touring]);
}
