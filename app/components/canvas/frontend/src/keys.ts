// Which key does what. One table, read by the canvas and by the overlay that "?" opens.

export type KeyCommand =
  | "undo" | "redo" | "copy" | "paste" | "duplicate" | "all"
  | "delete" | "heal" | "search" | "wire" | "open" | "help" | "escape" | "fit"
  | "next" | "previous" | "left" | "right" | "up" | "down" | "goLeft" | "goRight" | "goUp" | "goDown";

interface Pressed {
  key: string;
  ctrlKey: boolean;
  metaKey: boolean;
  shiftKey: boolean;
  altKey: boolean;
}

const WITH_CTRL: Record<string, KeyCommand> = {
  z: "undo", y: "redo", c: "copy", v: "paste", d: "duplicate", a: "all",
  arrowleft: "goLeft", arrowright: "goRight", arrowup: "goUp", arrowdown: "goDown",
};
// Streamlit takes plain r (run again) and c (clear the cache) wherever the focus is, so neither is used here.
const PLAIN: Record<string, KeyCommand> = {
  delete: "delete", backspace: "delete", "/": "search", w: "wire", enter: "open", "?": "help", escape: "escape", f: "fit",
  tab: "next", arrowleft: "left", arrowright: "right", arrowup: "up", arrowdown: "down",
};

export function commandOf({ key, ctrlKey, metaKey, shiftKey, altKey }: Pressed): KeyCommand | null {
  const name = key.toLowerCase();
  if (altKey) return null;
  if (ctrlKey || metaKey) return shiftKey ? (name === "z" ? "redo" : null) : (WITH_CTRL[name] ?? null);
  const command = PLAIN[name] ?? null;
  if (shiftKey && command === "delete") return "heal";
  if (shiftKey && command === "next") return "previous";
  return command;
}

/** What works wherever the focus is in the canvas; the rest needs it on the drawing. */
export const EVERYWHERE: ReadonlySet<KeyCommand> = new Set(["undo", "redo", "search", "help", "escape"]);

export const KEY_HELP: [keys: string, does: string][] = [
  ["/", "Search the palette; arrows choose, Enter takes it"],
  ["Tab, Shift+Tab", "Next or previous node, in the order of the network"],
  ["Ctrl + arrows", "Go to the nearest node on that side"],
  ["W", "Wire this node to another, or cut one of its wires"],
  ["Enter", "Open the node's parameters"],
  ["Arrows", "Move the selected nodes"],
  ["Delete", "Delete what is selected"],
  ["Shift + Delete", "Delete and close the gap"],
  ["Ctrl + Z, Ctrl + Y", "Undo, redo"],
  ["Ctrl + C, V, D", "Copy, paste, duplicate"],
  ["Ctrl + A, Escape", "Select all, nothing"],
  ["Shift + drag, Ctrl + click", "Select several"],
  ["F", "Fit the network into view"],
];
