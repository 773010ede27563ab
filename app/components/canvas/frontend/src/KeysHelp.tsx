// The overlay that "?" opens: what each key does.
import { useEffect, useRef } from "react";
import { useCell } from "./cell";
import { useSession } from "./context";
import { Icon, TOOLS } from "./Icon";
import { KEY_HELP } from "./keys";

export function KeysHelp() {
  const { help, touring } = useSession();
  const open = useCell(help);
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => {
    if (open) dialog.current?.showModal();
    else dialog.current?.close();
  }, [open]);
  return (
    <dialog ref={dialog} className="nn-help" aria-label="Keys" onClose={() => help.set(false)} data-testid="keys-help">
      <h2>Keys</h2>
      <button type="button" className="nn-close" aria-label="Close" onClick={() => help.set(false)}>
        <Icon path={TOOLS.close} />
      </button>
      <dl>
        {KEY_HELP.map(({ keys, does }) => (
          <div key={keys}>
            <dt>{keys}</dt>
            <dd>{does}</dd>
          </div>
        ))}
      </dl>
      <button
        type="button"
        className="nn-again"
        onClick={() => {
          help.set(false);
          touring.set(true);
        }}
      >
        Take the tour
      </button>
    </dialog>
  );
}
