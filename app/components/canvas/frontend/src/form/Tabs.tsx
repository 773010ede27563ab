// Which panel is open. A press shows at once and is a numbered turn; what Python turns to itself, such as the training after Train,
// shows as soon as it has heard of the last press.
import { type KeyboardEvent, useEffect } from "react";
import { useSession } from "../context";

export function Tabs({ panels, panel, turn }: { panels: string[]; panel: string; turn: number }) {
  const { sync } = useSession();
  useEffect(() => sync.heardOfTurn(turn), [sync, turn]);
  const open = sync.panel ?? panel;
  const go = (event: KeyboardEvent<HTMLElement>) => {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (!step) return;
    event.preventDefault();
    const to = panels[(panels.indexOf(open) + step + panels.length) % panels.length];
    sync.turn(to);
    event.currentTarget.querySelector<HTMLElement>(`[data-panel="${to}"]`)?.focus();
  };
  return (
    <div className="gb-tabs" role="tablist" aria-label="Panels" onKeyDown={go}>
      {panels.map((name) => (
        <button
          key={name}
          type="button"
          role="tab"
          aria-selected={name === open}
          tabIndex={name === open ? 0 : -1}
          data-panel={name}
          onClick={() => sync.turn(name)}
        >
          {name}
        </button>
      ))}
    </div>
  );
}
