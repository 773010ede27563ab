// The quiet row of buttons at the foot of the drawing: zoom, fit, find, tidy, undo, which way the wires show, and the keys.
import { CardsChoice, CardsTold } from "./Cards";
import { useCell } from "./cell";
import { useCommands, useSession } from "./context";
import { Icon, TOOLS } from "./Icon";
import { UnitsSwitch } from "./UnitNet";

export function Tools() {
  const session = useSession();
  const commands = useCommands();
  return (
    <div className="nn-tools" role="toolbar" aria-label="Canvas">
      <CardsTold />
      <Tool name="Zoom out" icon={TOOLS.minus} act={() => commands.zoom(false)} />
      <Tool name="Zoom in" icon={TOOLS.plus} act={() => commands.zoom(true)} />
      <Tool name="Fit the network into view (F)" icon={TOOLS.fit} act={() => commands.fit({ asked: true })} />
      <Tool name="Find nodes (Ctrl+F)" icon={TOOLS.search} act={() => session.finding.set(session.finding.get() ?? "")} />
      <Tool name="Picture of what is seen" icon={TOOLS.picture} act={() => session.menu.set({ of: "view", x: 130, y: (commands.stage()?.clientHeight ?? 600) - 240 })} />
      <hr />
      <Tool name="Tidy from left to right" icon={TOOLS.acrossLayout} act={() => void commands.tidy("lr")} />
      <Tool name="Tidy from top to bottom" icon={TOOLS.downLayout} act={() => void commands.tidy("tb")} />
      <hr />
      <Tool name="Make a block of what is selected (Ctrl+G)" icon={TOOLS.group} act={() => commands.group()} />
      <hr />
      <Tool name="Undo (Ctrl+Z)" icon={TOOLS.undo} act={() => session.edit({ op: "undo" })} />
      <Tool name="Redo (Ctrl+Y)" icon={TOOLS.redo} act={() => session.edit({ op: "redo" })} />
      <hr />
      <Ways />
      <hr />
      <CardsChoice />
      <UnitsSwitch />
      <hr />
      <button type="button" title="Keys (?)" aria-label="Keys (?)" data-tour="keys" onClick={() => session.help.set(true)}>
        ?
      </button>
    </div>
  );
}

/** Whether wires show what goes forward, which is values, or what comes back in training, which is gradients. */
function Ways() {
  const { flowing, hasFlows } = useSession();
  const way = useCell(flowing);
  const has = useCell(hasFlows);
  const isBack = has && way === "backward";
  const back = has ? "Backward: the gradient that comes back along each wire" : "Backward: gradients are here once a training was looked at";
  return (
    <div className="nn-ways" role="group" aria-label="What the wires show">
      <button type="button" title="Forward: the shape of what goes along each wire" aria-label="Forward" aria-pressed={!isBack} onClick={() => flowing.set("forward")}>
        <Icon path={TOOLS.forward} />
      </button>
      <button type="button" title={back} aria-label="Backward" aria-pressed={isBack} aria-disabled={!has} onClick={() => has && flowing.set("backward")}>
        <Icon path={TOOLS.backward} />
      </button>
    </div>
  );
}

function Tool({ name, icon, act }: { name: string; icon: string; act: () => void }) {
  return (
    <button type="button" title={name} aria-label={name} onClick={act}>
      <Icon path={icon} />
    </button>
  );
}
