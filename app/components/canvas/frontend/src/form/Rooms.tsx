// Which room is open, which of its panels, and how much of the window they have. A press shows at once and is a numbered turn; what
// Python turns to itself, such as the training after Train, shows as soon as it has heard of the last press.
import { type KeyboardEvent, useEffect, useLayoutEffect } from "react";
import { useSession } from "../context";
import { Icon, TOOLS } from "../Icon";
import { arrange, type DockSize } from "../stage";
import type { Room } from "./data";
import { Splitter } from "./Splitter";

const lastOf = new Map<string, string>(); // of each room, the panel that was open last

interface Props {
  panel: string;
  size: DockSize;
  turn: number;
}

export function Rooms({ rooms, ...told }: Props & { rooms: Room[] }) {
  const { open, now } = useTurn(told);
  const room = rooms.find(({ panels }) => panels.some(({ name }) => name === open)) ?? rooms[0];
  useLayoutEffect(() => arrange(now), [now]);
  useEffect(() => void lastOf.set(room.name, open), [room.name, open]);
  const firstOf = ({ name, panels }: Room) => lastOf.get(name) ?? panels[0].name;
  const folded = now === "folded";
  return (
    <div className="gb-rooms">
      {!folded && <Splitter split={now === "wide" ? "aside" : "room"} />}
      <Tabs
        label="Rooms"
        tabs={rooms.map((one) => ({ name: one.name, label: one.name, to: one === room ? open : firstOf(one) }))}
        chosen={folded ? null : room.name}
        resting={room.name}
      />
      {!folded && room.panels.length > 1 && (
        <Tabs
          label={room.name}
          tabs={room.panels.map((one) => ({ ...one, to: one.name }))}
          chosen={open}
          resting={open}
          quiet
        />
      )}
    </div>
  );
}

/** The buttons that give the panels another room. */
export function Sizes(told: Props) {
  const { sync } = useSession();
  const { open, now } = useTurn(told);
  const folded = now === "folded";
  return (
    <div className="gb-sizes">
      {!folded && (
        <button type="button" aria-pressed={now === "wide"} title={WIDE} aria-label={WIDE} onClick={() => sync.turn(open, now === "wide" ? "low" : "wide")}>
          <Icon path={now === "wide" ? TOOLS.low : TOOLS.wide} />
        </button>
      )}
      <button type="button" aria-expanded={!folded} title={folded ? SHOW : FOLD} aria-label={folded ? SHOW : FOLD} onClick={() => sync.turn(open, folded ? "low" : "folded")}>
        <Icon path={folded ? TOOLS.up : TOOLS.down} />
      </button>
    </div>
  );
}

/** The panel that is open and its room: the person's last press, until Python has heard of it. */
function useTurn({ panel, size, turn }: Props): { open: string; now: DockSize } {
  const { sync } = useSession();
  useEffect(() => sync.heardOfTurn(turn), [sync, turn]);
  const { wish } = sync;
  return { open: wish?.to ?? panel, now: wish?.size ?? (wish && size === "folded" ? "low" : size) };
}

const WIDE = "The panels wide, the network small beside them";
const FOLD = "Fold the panels away";
const SHOW = "Show the panels";

interface TabsProps {
  label: string;
  tabs: { name: string; label: string; to: string }[];
  chosen: string | null;
  resting: string; // where Tab stops
  quiet?: boolean;
}

function Tabs({ label, tabs, chosen, resting, quiet }: TabsProps) {
  const { sync } = useSession();
  const go = (event: KeyboardEvent<HTMLElement>) => {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (!step) return;
    event.preventDefault();
    const next = tabs[(tabs.findIndex(({ name }) => name === resting) + step + tabs.length) % tabs.length];
    sync.turn(next.to);
    event.currentTarget.querySelector<HTMLElement>(`[data-tab="${next.name}"]`)?.focus();
  };
  return (
    <div className={quiet ? "gb-tabs is-quiet" : "gb-tabs"} role="tablist" aria-label={label} onKeyDown={go}>
      {tabs.map(({ name, label, to }) => (
        <button
          key={name}
          type="button"
          role="tab"
          aria-selected={name === chosen}
          tabIndex={name === resting ? 0 : -1}
          data-tab={name}
          onClick={() => sync.turn(to)}
        >
          {label}
        </button>
      ))}
    </div>
  );
}
