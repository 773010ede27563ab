// What is seen of every layer in the order of the network, each a small picture; one at a time can be enlarged. Or a table of their health.
import { memo, type ReactNode, type RefObject, useEffect, useLayoutEffect, useRef, useState } from "react";
import { useCell } from "../cell";
import { evidence, seenOf } from "../evidence";
import { Icon, TOOLS } from "../Icon";
import type { Run } from "../poller";
import type { At } from "../walk";
import { choices } from "./choices";
import type { NodeView } from "./data";
import { drawRidges } from "./drawRidges";
import { GAP, gridOf } from "./grid";
import { HealthTable } from "./HealthTable";
import { looksOf, type Looks, type Ridged, SEEN, type Seen, variablesOf } from "./seen";
import type { Theme } from "./theme";
import { useRun } from "./useRun";
import { countWords, deadWords, NOTHING, numbered, seenWords, short } from "./words";

const PER_SECOND = 2;
const MANY_DEAD = 0.1; // from here on it is marked

interface Props {
  run: Run;
  at: At; // the step that is looked at
  nodes: NodeView[];
  ends: string[]; // the nodes that give their outputs to a loss
  theme: Theme | null;
  beside?: Run; // that has the same axes
}

export function Activations({ run, at, nodes: all, ends, theme, beside }: Props) {
  const record = useRun(run, PER_SECOND);
  const other = useRun(beside ?? null, PER_SECOND);
  const found = useCell(evidence.of(run.id));
  const chosen = useCell(choices.seen);
  const seen = record.layers.size ? chosen : "activations"; // of a run of an older program nothing else was seen
  const trained = seen === "activations" || seen === "health" ? all : all.filter(({ id }) => record.layers.has(id));
  const nodes = trained.length ? trained : all;
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
  const cell = (node: NodeView, variable = "") => ({
    node,
    theme,
    color: (theme?.dark && node.color_dark) || node.color,
    seen: seen as Ridged,
    looks: looksOf(record, node.id, seen as Ridged, at, variable, beside && other),
    signs: `${record.looks} ${other.looks} ${at} ${seen} ${variable}`,
    told: seenOf(found, node.id).join("\n"),
  });
  const [variable, setVariable] = useState("");
  const isTable = seen === "health";
  return (
    <section className="lv-panel lv-activations" aria-label={SEEN[seen]} data-testid="activations" data-at={at ?? ""}>
      <header>
        {record.layers.size ? <SeenChoice seen={seen} /> : <h3>{SEEN[seen]}</h3>}
        {shown && !isTable && seen !== "activations" ? (
          <VariableChoice names={variablesOf(record, shown.id)} chosen={variable} choose={setVariable} />
        ) : (
          <span className="lv-hint">{shown || isTable ? "" : `oldest behind, ${at === null ? "now" : "this step"} in front`}</span>
        )}
      </header>
      <div ref={area} className={isTable ? "lv-area" : grid.scrolls && !shown ? "lv-area scrolls" : "lv-area"}>
        {isTable ? (
          <HealthTable record={record} nodes={all} at={at} ends={ends} />
        ) : shown ? (
          <Large {...cell(shown, variable)} key={shown.id} close={close} />
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
  seen: Ridged;
  looks: Looks;
  signs: string; // another one where the looks are others
  told: string; // what is found of it, in sentences
}

/** A layer's name; where it is too long, its number stays, which tells it from the others. */
function Name({ of }: { of: string }) {
  const [words, number] = numbered(of);
  return (
    <b className="is-numbered">
      <span>{words}</span>
      {number}
    </b>
  );
}

type SmallProps = CellProps & { tall: boolean; width: number; height: number };

const Small = memo(function Small({ node, theme, color, seen, looks, signs, told, tall }: SmallProps) {
  const { now } = looks;
  return (
    <button
      type="button"
      className={told ? "lv-cell is-found" : "lv-cell"}
      data-node-id={node.id}
      data-testid="cell"
      title={`${seenWords(node.label, seen, now)}. Enlarge${told && `\n${told}`}`}
      onClick={() => choices.enlarged.set(node.id)}
    >
      <span className="lv-name" style={{ borderColor: color }}>
        <Name of={node.label} />
      </span>
      <Ridges looks={looks} signs={signs} color={color} theme={theme}>
        <Dead share={now?.dead ?? null} />
      </Ridges>
      {tall && <span className="lv-stats">{now ? seen === "activations" ? <Mean now={now} /> : <Spread now={now} /> : NOTHING}</span>}
    </button>
  );
}, isSame);

/** The looks are made anew each time; their sign says whether they are others. */
function isSame({ looks: _, ...one }: SmallProps, { looks: __, ...other }: SmallProps): boolean {
  return (Object.keys(one) as (keyof typeof one)[]).every((key) => one[key] === other[key]);
}

function Large({ node, theme, color, seen, looks, signs, close }: CellProps & { close: () => void }) {
  const { now, all } = looks;
  const button = useRef<HTMLButtonElement>(null);
  useLayoutEffect(() => button.current?.focus({ preventScroll: true }), []);
  return (
    <div
      className="lv-large"
      role="group"
      aria-label={seenWords(node.label, seen, now)}
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
          <span>{all[0] ? `step ${countWords(all[0].step)}` : ""}</span>
          <span>{now ? `step ${countWords(now.step)}` : ""}</span>
        </p>
        <Ridges looks={looks} signs={signs} color={color} theme={theme} />
      </div>
    </div>
  );
}

function SeenChoice({ seen }: { seen: Seen }) {
  return (
    <select className="lv-pick" aria-label="What is shown of the layers" data-testid="seen" value={seen} onChange={({ target }) => choices.seen.set(target.value as Seen)}>
      {Object.entries(SEEN).map(([key, title]) => (
        <option key={key} value={key}>
          {title}
        </option>
      ))}
    </select>
  );
}

function VariableChoice({ names, chosen, choose }: { names: string[]; chosen: string; choose: (name: string) => void }) {
  return (
    <select className="lv-pick" aria-label="Variable" value={names.includes(chosen) ? chosen : names[0]} onChange={({ target }) => choose(target.value)}>
      {names.map((name) => (
        <option key={name}>{name}</option>
      ))}
    </select>
  );
}

const Mean = ({ now: { mean, spread } }: { now: { mean: number | null; spread: number | null } }) => (
  <>
    <i className="lv-mean">mean</i> {mean === null ? NOTHING : short(mean)} <span>± {spread === null ? NOTHING : short(spread)}</span>
  </>
);

const Spread = ({ now: { spread } }: { now: { spread: number | null } }) => <>± {spread === null ? NOTHING : short(spread)}</>;

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

type RidgesProps = Pick<CellProps, "looks" | "signs" | "color" | "theme"> & { children?: ReactNode };

function Ridges({ looks, signs, color, theme, children }: RidgesProps) {
  const box = useRef<HTMLSpanElement>(null);
  const canvas = useRef<HTMLCanvasElement>(null);
  const size = useSize(box);
  useLayoutEffect(() => {
    if (theme && canvas.current && size.width > 10 && size.height > 20) drawRidges(canvas.current, size, looks, color, theme);
  }, [signs, color, theme, size]);
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
