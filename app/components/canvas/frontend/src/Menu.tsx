// What can be done with the selected nodes, a wire or the view, as the list that a right click on them opens.
import { type KeyboardEvent, useEffect, useRef } from "react";
import { useCell } from "./cell";
import type { Commands } from "./commands";
import { useCommands, useSession } from "./context";
import type { Menu } from "./session";
import { savePicture } from "./viewPicture";

interface Deed {
  name: string;
  keys: string;
  act: () => void;
}

/** What has a meaning for what is selected now. */
export function deedsOf(commands: Commands, of: Menu["of"] = "nodes"): Deed[] {
  if (of === "wire") return deedsOfWire(commands);
  if (of === "view") return deedsOfView(commands);
  const { session } = commands;
  const selected = session.selected();
  const [use, ...others] = commands.uses;
  const alone = use && !others.length && selected.length === 1;
  const { blocks } = session.catalogue.get();
  const { tiable, frozen, placeholder } = commands;
  return [
    alone && { name: "Open", keys: "Enter", act: () => session.open(use.id) },
    placeholder && { name: "Put an operator in its place", keys: "", act: () => commands.chooseStandIn(placeholder) },
    commands.groupable.length > 0 && { name: "Make a block", keys: "Ctrl + G", act: () => commands.group() },
    use && { name: "Dissolve the block", keys: "Ctrl + Shift + G", act: () => commands.ungroup() },
    alone && blocks[use.block!]?.uses > 1 && { name: "Give it a block of its own", keys: "", act: () => commands.makeUnique() },
    tiable && { name: tiable === "tie" ? "Share weights" : "Weights of its own", keys: "T", act: () => commands.tie() },
    frozen !== null && { name: frozen ? "Train the weights" : "Freeze the weights", keys: "", act: () => commands.freeze() },
    { name: "Light what leads here and what depends on it", keys: "L", act: () => session.light(selected) },
    { name: "Light what leads here", keys: "", act: () => session.light(selected, "before") },
    { name: "Light what depends on it", keys: "", act: () => session.light(selected, "behind") },
    { name: "Copy", keys: "Ctrl + C", act: () => commands.copy() },
    { name: "Duplicate", keys: "Ctrl + D", act: () => commands.duplicateSelection() },
    { name: "Delete", keys: "Delete", act: () => commands.remove(false) },
  ].filter((deed): deed is Deed => !!deed);
}

function deedsOfWire(commands: Commands): Deed[] {
  return [
    { name: `Go to where it begins: ${commands.nameOfEnd("from")}`, keys: "Home", act: () => commands.jump("from") },
    { name: `Go to where it ends: ${commands.nameOfEnd("to")}`, keys: "End", act: () => commands.jump("to") },
    { name: "Delete", keys: "Delete", act: () => commands.remove(false) },
  ];
}

function deedsOfView(commands: Commands): Deed[] {
  const { session } = commands;
  return [
    { name: "Save what is seen as PNG", keys: "", act: () => void savePicture(commands, "png") },
    { name: "Save what is seen as SVG", keys: "", act: () => void savePicture(commands, "svg") },
    { name: "Fit the network into view", keys: "F", act: () => commands.fit({ asked: true }) },
    { name: "Find nodes", keys: "Ctrl + F", act: () => session.finding.set(session.finding.get() ?? "") },
    { name: "Outline", keys: "O", act: () => commands.outline(true) },
  ];
}

export function OpenedMenu() {
  const at = useCell(useSession().menu);
  return at && <List key={`${at.of} ${at.x} ${at.y}`} at={at} />;
}

const SIZE = { width: 340, row: 34 };

function List({ at }: { at: Menu }) {
  const session = useSession();
  const commands = useCommands();
  const box = useRef<HTMLDivElement>(null);
  const deeds = deedsOf(commands, at.of);
  useEffect(() => box.current?.querySelector("button")?.focus({ preventScroll: true }), []);
  const close = () => {
    session.menu.set(null);
    commands.focusDrawing();
  };
  const press = (event: KeyboardEvent) => {
    const all = [...box.current!.querySelectorAll("button")];
    const here = all.indexOf((box.current!.getRootNode() as ShadowRoot).activeElement as HTMLButtonElement);
    const step = event.key === "ArrowDown" ? 1 : event.key === "ArrowUp" ? -1 : 0;
    if (step) all[(here + step + all.length) % all.length].focus();
    else if (event.key === "Escape" || event.key === "Tab") close();
    else if (event.key !== "Enter" && event.key !== " ") return;
    if (event.key !== "Enter" && event.key !== " ") event.preventDefault();
    event.stopPropagation();
  };
  const room = commands.stage()?.getBoundingClientRect() ?? { width: 1000, height: 600 };
  const place = {
    left: Math.max(8, Math.min(at.x, room.width - SIZE.width - 8)),
    top: Math.max(8, Math.min(at.y, room.height - deeds.length * SIZE.row - 20)),
    width: SIZE.width,
  };
  return (
    <div
      ref={box}
      className="nn-menu"
      role="menu"
      aria-label="What to do with it"
      style={place}
      data-testid="menu"
      onKeyDown={press}
      onBlur={(event) => !event.currentTarget.contains(event.relatedTarget) && session.menu.set(null)}
      onContextMenu={(event) => event.preventDefault()}
    >
      {deeds.map(({ name, keys, act }) => (
        <button
          key={name}
          type="button"
          role="menuitem"
          title={name}
          onPointerDown={(event) => event.preventDefault()}
          onClick={() => {
            close();
            act();
          }}
        >
          <span>{name}</span>
          <small>{keys}</small>
        </button>
      ))}
    </div>
  );
}
