// Keys act on the network while the person is at the canvas: the last press or focus was inside it and not in a field. A few
// act from anywhere on its page. In a field Ctrl+Z is the field's own as long as something was typed that is not yet taken.
import { type RefObject, useEffect } from "react";
import type { Commands } from "./commands";
import type { Session } from "./session";
import { commandOf, EVERYWHERE, FROM_A_FIELD, type KeyCommand, PAGEWIDE } from "./keys";

export function useKeys(root: RefObject<HTMLDivElement | null>, commands: Commands) {
  useEffect(() => {
    let here = false;
    let typedIn: EventTarget | null = null; // the field with what Python has not heard of
    const type = (event: Event) => (typedIn = event.composedPath()[0]);
    const take = () => (typedIn = null);
    const notice = (event: Event) => {
      here = event.composedPath().includes(root.current!);
    };
    const press = (event: KeyboardEvent) => {
      const path = event.composedPath();
      const { help, picker, menu } = commands.session;
      if (help.get() || picker.get() || menu.get()) return;
      if (event.key === "Enter") take();
      const command = commandOf(event);
      if (!command || (!here && !PAGEWIDE.has(command))) return;
      if (isField(path[0]) && (typedIn === path[0] || !FROM_A_FIELD.has(command))) return;
      if ((inRegion(path, "palette") && !EVERYWHERE.has(command))) return;
      if (!act(command, event.repeat, commands, root.current!)) return;
      event.preventDefault();
      event.stopPropagation(); // Streamlit has keys of its own
    };
    document.addEventListener("pointerdown", notice, true);
    document.addEventListener("focusin", notice, true);
    document.addEventListener("keydown", press, true);
    document.addEventListener("input", type, true);
    document.addEventListener("focusout", take, true);
    return () => {
      document.removeEventListener("pointerdown", notice, true);
      document.removeEventListener("focusin", notice, true);
      document.removeEventListener("keydown", press, true);
      document.removeEventListener("input", type, true);
      document.removeEventListener("focusout", take, true);
    };
  }, [root, commands]);
}

const isField = (target: EventTarget | undefined) =>
  target instanceof HTMLElement && (target.matches("input, textarea, select") || target.isContentEditable);

const inRegion = (path: EventTarget[], region: string) =>
  path.some((one) => one instanceof HTMLElement && one.dataset.region === region);

/** False when the key means nothing here and now, and the browser may have it. */
function act(command: KeyCommand, held: boolean, commands: Commands, root: HTMLElement): boolean {
  const { session } = commands;
  const focused = (root.getRootNode() as ShadowRoot).activeElement?.closest<HTMLElement>("[data-node-id]")?.dataset.nodeId ?? null;
  const go = (id: string | null) => {
    if (!id) return false;
    session.select([id]);
    session.roving.set(id);
    commands.reveal(id);
    focusCard(root, session, id);
    return true;
  };
  switch (command) {
    case "undo":
    case "redo":
      return session.edit({ op: command }), true;
    case "copy":
      return commands.copy(), true;
    case "paste":
      return commands.paste(), true;
    case "duplicate":
      return commands.duplicateSelection(), true;
    case "all":
      return commands.selectAll(), true;
    case "group":
      return commands.group(), true;
    case "ungroup":
      return commands.ungroup(), true;
    case "tie":
      return commands.tie(), true;
    case "delete":
    case "heal":
      commands.remove(command === "heal");
      if (focused) focusCard(root, session, session.roving.get());
      return true;
    case "search":
      commands.foldPalette(false);
      queueMicrotask(() => root.querySelector<HTMLInputElement>(".nn-palette input")?.focus()); // unfolded by then
      return true;
    case "find":
      session.finding.set(session.finding.get() ?? "");
      return true;
    case "light":
      return session.light(session.selected().length ? session.selected() : focused ? [focused] : []), true;
    case "outline":
      commands.outline(!session.outlined.get());
      if (session.outlined.get()) queueMicrotask(() => root.querySelector<HTMLInputElement>(".nn-outline input")?.focus());
      return true;
    case "toStart":
      return go(commands.endOf("from"));
    case "toEnd":
      return go(commands.endOf("to"));
    case "help":
      return session.help.set(true), true;
    case "escape":
      if (session.lit.get()) return session.lit.set(null), true;
      if (!session.selected().length && !session.selectedWires().length && session.leave()) return true;
      session.hush();
      return session.select([]), true;
    case "fit":
      return commands.fit({ asked: true }), true;
    case "wire": {
      const id = focused ?? (session.selected().length === 1 ? session.selected()[0] : null);
      if (id) commands.startWire(id);
      return id !== null;
    }
    case "open":
      if (focused && !held) session.open(focused);
      return focused !== null;
    case "next":
    case "previous":
      return focused !== null && go(commands.neighbour(focused, command === "next" ? 1 : -1));
    case "goLeft":
      return focused !== null && go(commands.towards(focused, -1, 0));
    case "goRight":
      return focused !== null && go(commands.towards(focused, 1, 0));
    case "goUp":
      return focused !== null && go(commands.towards(focused, 0, -1));
    case "goDown":
      return focused !== null && go(commands.towards(focused, 0, 1));
    case "left":
      return commands.nudge(-1, 0), true;
    case "right":
      return commands.nudge(1, 0), true;
    case "up":
      return commands.nudge(0, -1), true;
    case "down":
      return commands.nudge(0, 1), true;
  }
}

/** A card that only is painted gets the focus as soon as it stands there. */
function focusCard(root: HTMLElement, session: Session, id: string | null) {
  const card = id && root.querySelector<HTMLElement>(`[data-node-id="${CSS.escape(id)}"]`);
  if (card) card.focus({ preventScroll: true });
  else session.wantsFocus = id;
}
