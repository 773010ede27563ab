// A repair that is pressed by key takes its button away with the fault; the focus goes on to what is to be mended next.
import type { Session } from "../session";

const PATIENCE_MS = 15_000; // for the server's answer

/** When this button goes: the focus to the repair that takes its place, else to the one before, else to the node that was mended. */
export function goOnAfter(button: HTMLElement, session: Session, node: string | undefined): void {
  const root = button.getRootNode() as ShadowRoot | Document;
  const list = button.closest<HTMLElement>(".gb-faults, .gb-form");
  const place = list ? itemsOf(list).indexOf(itemOf(button)) : 0;
  const started = performance.now();
  const look = () => {
    const waits = button.isConnected && root.activeElement === button;
    if (waits && performance.now() - started < PATIENCE_MS) return void requestAnimationFrame(look);
    if (waits || document.activeElement !== document.body) return; // the person is elsewhere by now
    const left = itemsOf(root);
    const next = left[Math.min(place, left.length - 1)]?.querySelector<HTMLElement>("[data-testid=repair]");
    if (next) return next.focus();
    if (node) session.roving.set(node);
    session.focusDrawing();
  };
  requestAnimationFrame(look);
}

const ITEM = ".gb-faults > li, .gb-fault";

const itemOf = (button: HTMLElement) => button.closest<HTMLElement>(ITEM)!;

/** The faults that have a repair. */
const itemsOf = (root: ParentNode) => [...root.querySelectorAll<HTMLElement>(ITEM)].filter((item) => item.querySelector("[data-testid=repair]"));
