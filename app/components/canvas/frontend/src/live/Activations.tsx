// The activations of every node in the order of the network, each a small picture; one at a time can be enlarged.
import { memo, type ReactNode, type RefObject, useEffect, useLayoutEffect, useRef, useState } from "react";
import { useCell } from "../cell";
import { Icon, TOOLS } from "../Icon";
import type { Run } from "../poller";
import { choices } from "./choices";
import type { NodeView } from "./data";
import { drawRidges } from "./drawRidges";
import { GAP, gridOf } from "./grid";
import type { History } from "./record";
import type { Theme } from "./theme";
import { useRun } from "./useRun";
import { activationWords, countWords, deadWords, NOTHING, short } from "./words";

const PER_SECOND = 2;
const MANY_DEAD = 0.1; // from here on it is marked

interface Props {
  run: Run;
  nodes: NodeView[];
  theme: Theme | null;
}

export function Activations({ run, nodes, theme }: Props) {
  const record = useRun(run, PER_SECOND);
  const area = useRef<HTMLDivElement>(null);
  const size = useSize(area);
  const enlarged = useCell(choices.enlarged);
  const shown = nodes.find(({ id }) => id === enlarged);
  const grid = gridOf(nodes.length, size);
  const back = useRef<string | null>(null);
  const close = () => {
    back.current = enlarged;
    choices.enlarged.set(null);
  };
  useEffect(() => {
    if (enlarged || !back.current) return;
    const cells = [...(area.current?.querySelectorAll<HTMLElement>("[data-node-id]") ?? [])];
    cells.find((cell) => cell.dataset.nodeId === back.current)?.focus({ preventScroll: true });
    back.current = null;
  }, [enlarged]);
  const cell = (node: NodeView) => ({
    node,
    theme,
    color: (theme?.dark && node.color_dark) || node.color,
    history: record.nodes.get(node.id),
    looks: record.looks,
  });
  return (
    <section className="lv-panel lv-activations" aria-label="Activations by layer" data-testid="activations">
      <header>
        <h3>Activations by layer</h3>
        <span className="lv-hint">{shown ? "" : "oldest behind, now in front"}</span>
      </header>
      <div ref={area} className={grid.scrolls && !shown ? "lv-area scrolls" : "lv-area"}>
        {shown ? (
          <Large {...cell(shown)} key={shown.id} close={close} />
        ) : (
          <div
            className="lv-grid"
            style={{
              gap: GAP,
              gridTemplateColumns: `repeat(${grid.columns}, ${grid.scrolls ? `${grid.width}px` : "minmax(0, 1fr)"})`,
              gridTemplateRows: `repeat(${grid.rows}, ${grid.height}px)`,
              gridAutoFlow: grid.scrolls ? "column" : "row",
            }}
          >
            {size.width > 0 && nodes.map((node) => <Small key={node.id} {...cell(node)} tall={grid.height >= 118} width={grid.width} height={grid.height} />)}
          </div>
        )}
      </div>
    </section>
  );
}

interface CellProps {
  node: NodeView;
  theme: Theme | null;
  color: string;
  history: History | undefined;
  looks: number; // grows with every look, for the histories are changed in place
}

const Small = memo(function Small({ node, theme, color, history, looks, tall }: CellProps & { tall: boolean; width: number; height: number }) {
  const now = history?.now ?? null;
  return (
    <button
      type="button"
      className="lv-cell"
      data-node-id={node.id}
      data-testid="cell"
      title={`${activationWords(node.label, now)}. Enlarge`}
      onClick={() => choices.enlarged.set(node.id)}
    >
      <span className="lv-name" style={{ borderColor: color }}>
        <b>{node.label}</b>
      </span>
      <Ridges history={history} color={color} theme={theme} looks={looks}>
        <Dead share={now?.dead ?? null} />
      </Ridges>
      {tall && <span className="lv-stats">{now ? <Mean now={now} /> : NOTHING}</span>}
    </button>
  );
});

function Large({ node, theme, color, history, looks, close }: CellProps & { close: () => void }) {
  const now = history?.now ?? null;
  const button = useRef<HTMLButtonElement>(null);
  useLayoutEffect(() => button.current?.focus({ preventScroll: true }), []);
  return (
    <div
      className="lv-large"
      role="group"
      aria-label={activationWords(node.label, now)}
      data-testid="large"
      onKeyDown={(event) => {
        if (event.key !== "Escape") return;
        event.stopPropagation();
        close();
      }}
    >
      <p className="lv-name">
        <i style={{ background: color }} />
        <b>{node.label}</b>
        <span className="lv-stats">{now ? <Mean now={now} /> : NOTHING}</span>
        <Dead share={now?.dead ?? null} />
        <button ref={button} type="button" className="lv-close" aria-label="Show all layers" title="Show all layers" onClick={close}>
          <Icon path={TOOLS.close} />
        </button>
      </p>
      <div className="lv-timed">
        <p aria-hidden="true">
          <span>{history?.slices[0] ? `step ${countWords(history.slices[0].step)}` : ""}</span>
          <span>{now ? `step ${countWords(now.step)}` : ""}</span>
        </p>
        <Ridges history={history} color={color} theme={theme} looks={looks} />
      </div>
    </div>
  );
}

const Mean = ({ now: { mean, spread } }: { now: { mean: number | null; spread: number | null } }) => (
  <>
    mean {mean === null ? NOTHING : short(mean)} <span>± {spread === null ? NOTHING : short(spread)}</span>
  </>
);

function Dead({ share }: { share: number | null }) {
  if (!share) return null;
  return (
    <span className={share < MANY_DEAD ? "lv-dead is-few" : "lv-dead"}>
      <svg viewBox="0 0 24 24" aria-hidden="true">
        <path d="M12 3 22.5 21h-21zM12 9.5v5M12 17.4v.3" />
      </svg>
      {deadWords(share).replace(" %", "\u00a0%")}
    </span>
  );
}

function Ridges({ history, color, theme, looks, children }: Omit<CellProps, "node"> & { children?: ReactNode }) {
  const box = useRef<HTMLSpanElement>(null);
  const canvas = useRef<HTMLCanvasElement>(null);
  const size = useSize(box);
  useLayoutEffect(() => {
    if (history && theme && canvas.current && size.width > 10 && size.height > 20) drawRidges(canvas.current, size, history, color, theme);
  }, [history, looks, color, theme, size]);
  return (
    <span className="lv-ridges" ref={box}>
      <canvas ref={canvas} aria-hidden="true" />
      {children}
    </span>
  );
}

function useSize(box: RefObject<HTMLElement | null>) {
  const [size, setSize] = useState({ width: 0, height: 0 });
  useLayoutEffect(() => {
    const read = () => {
      if (!box.current) return; // an observer may call once more behind the element's end
      const { clientWidth: width, clientHeight: height } = box.current;
      setSize((known) => (known.width === width && known.height === height ? known : { width, height }));
    };
    read();
    const observer = new ResizeObserver(read);
    observer.observe(box.current!);
    return () => observer.disconnect();
  }, [box]);
  return size;
}
