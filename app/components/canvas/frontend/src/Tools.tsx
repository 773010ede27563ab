// The quiet row of buttons at the foot of the drawing: zoom, fit, find, tidy, undo, and the keys.
import { useCommands, useSession } from "./context";
import { Icon, TOOLS } from "./Icon";

export function Tools() {
  const session = useSession();
  const commands = useCommands();
  return (
    <div className="nn-tools" role="toolbar" aria-label="Canvas">
      <Tool name="Zoom out" icon={TOOLS.minus} act={() => commands.zoom(false)} />
      <Tool name="Zoom in" icon={TOOLS.plus} act={() => commands.zoom(true)} />
      <Tool name="Fit the network into view (F)" icon={TOOLS.fit} act={() => commands.fit({ asked: true })} />
      <Tool name="Find nodes (Ctrl+F)" icon={TOOLS.search} act={() => session.finding.set(session.finding.get() ?? "")} />
      <hr />
      <Tool name="Tidy from left to right" icon={TOOLS.acrossLayout} act={() => void commands.tidy("lr")} />
      <Tool name="Tidy from top to bottom" icon={TOOLS.downLayout} act={() => void commands.tidy("tb")} />
      <hr />
      <Tool name="Make a block of what is selected (Ctrl+G)" icon={TOOLS.group} act={() => commands.group()} />
      <hr />
      <Tool name="Undo (Ctrl+Z)" icon={TOOLS.undo} act={() => session.edit({ op: "undo" })} />
      <Tool name="Redo (Ctrl+Y)" icon={TOOLS.redo} act={() => session.edit({ op: "redo" })} />
      <hr />
      <button type="button" title="Keys (?)" aria-label="Keys (?)" data-tour="keys" onClick={() => session.help.set(true)}>
        ?
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
