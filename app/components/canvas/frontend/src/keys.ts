// Which key does what. One table, read by the canvas and by the overlay that "?" opens.

export type KeyCommand =
  | "undo" | "redo" | "copy" | "paste" | "duplicate" | "all" | "group" | "ungroup" | "tie"
  | "delete" | "heal" | "search" | "find" | "wire" | "open" | "help" | "escape" | "fit" | "light" | "outline" | "toStart" | "toEnd"
  | "next" | "previous" | "left" | "right" | "up" | "down" | "goLeft" | "goRight" | "goUp" | "goDown";

interface Pressed {
  key: string;
  ctrlKey: boolean;
  metaKey: boolean;
  shiftKey: boolean;
  altKey: boolean;
}

const WITH_CTRL: Record<string, KeyCommand> = {
  z: "undo", y: "redo", c: "copy", v: "paste", d: "duplicate", a: "all", f: "find", g: "group",
  arrowleft: "goLeft", arrowright: "goRight", arrowup: "goUp", arrowdown: "goDown",
};
const WITH_CTRL_AND_SHIFT: Record<string, KeyCommand> = { z: "redo", g: "ungroup" };
// Streamlit takes plain r (run again) and c (clear the cache) wherever the focus is, so neither is used here.
const PLAIN: Record<string, KeyCommand> = {
  delete: "delete", backspace: "delete", "/": "search", w: "wire", t: "tie", enter: "open", "?": "help", escape: "escape", f: "fit", l: "light", o: "outline",
  home: "toStart", end: "toEnd",
  tab: "next", arrowleft: "left", arrowright: "right", arrowup: "up", arrowdown: "down",
};

export function commandOf({ key, ctrlKey, metaKey, shiftKey, altKey }: Pressed): KeyCommand | null {
  const name = key.toLowerCase();
  if (altKey) return null;
  if (ctrlKey || metaKey) return (shiftKey ? WITH_CTRL_AND_SHIFT : WITH_CTRL)[name] ?? null;
  const command = PLAIN[name] ?? null;
  if (shiftKey && command === "delete") return "heal";
  if (shiftKey && command === "next") return "previous";
  return command;
}

/** What works wherever the focus is on the page, and of that what works in its fields too. */
export const PAGEWIDE: ReadonlySet<KeyCommand> = new Set(["undo", "redo", "search", "find", "help"]);
export const FROM_A_FIELD: ReadonlySet<KeyCommand> = new Set(["undo", "redo"]);
/** What works wherever the focus is in the canvas; the rest needs it on the drawing. */
export const EVERYWHERE: ReadonlySet<KeyCommand> = new Set(["undo", "redo", "search", "find", "help", "escape"]);

interface Help {
  keys: string;
  does: string;
  commands: KeyCommand[]; // none where it is the mouse that acts
}

export const KEY_HELP: Help[] = [
  { keys: "?", does: "Show these keys, wherever on the network's page but in a field", commands: ["help"] },
  { keys: "/", does: "Search the palette; arrows choose, Enter takes and wires it", commands: ["search"] },
  { keys: "Ctrl + F", does: "Find nodes by name, operator, shape or fault, in blocks too; Enter goes to the next", commands: ["find"] },
  { keys: "Tab, Shift + Tab", does: "Next or previous node, in the order of the network", commands: ["next", "previous"] },
  { keys: "Ctrl + arrows", does: "Go to the nearest node on that side", commands: ["goLeft", "goRight", "goUp", "goDown"] },
  { keys: "Home, End", does: "Go to where the selected wire begins or ends; from a node, to what feeds it or what it feeds", commands: ["toStart", "toEnd"] },
  { keys: "L", does: "Light what leads to the selected nodes and what depends on them; the rest is dimmed", commands: ["light"] },
  { keys: "O", does: "Show the outline of the network, or the operators again", commands: ["outline"] },
  { keys: "W", does: "Wire this node to another, cut one of its wires, or see its chain rule", commands: ["wire"] },
  { keys: "Enter", does: "Open the node's parameters; of a block, what is in it", commands: ["open"] },
  { keys: "Arrows", does: "Move the selected nodes", commands: ["left", "right", "up", "down"] },
  { keys: "Delete, Backspace", does: "Delete what is selected", commands: ["delete"] },
  { keys: "Shift + Delete", does: "Delete and close the gap", commands: ["heal"] },
  { keys: "Ctrl + Z, Ctrl + Y", does: "Undo, redo", commands: ["undo", "redo"] },
  { keys: "Ctrl + C, Ctrl + V, Ctrl + D", does: "Copy, paste, duplicate", commands: ["copy", "paste", "duplicate"] },
  { keys: "Ctrl + G, Ctrl + Shift + G", does: "Make a block of the selected nodes; dissolve one", commands: ["group", "ungroup"] },
  { keys: "T", does: "Let the selected nodes share weights, or have their own again", commands: ["tie"] },
  { keys: "Ctrl + A, Escape", does: "Select all, nothing; Escape with nothing selected leaves the block", commands: ["all", "escape"] },
  { keys: "Shift + drag, Ctrl + click", does: "Select several", commands: [] },
  { keys: "Shift + click", does: "Light what leads to a node and what depends on it", commands: [] },
  { keys: "F", does: "Fit the network into view", commands: ["fit"] },
  { keys: "F1 in a field", does: "Show what it is for, and hide it again", commands: [] },
];
