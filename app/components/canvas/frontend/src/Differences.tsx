// What another network has otherwise, drawn over this one: a frame around each card that was added, is gone or has changed, ghosts of
// those that this network has not, and the wires between them.
import { useStore, ViewportPortal } from "@xyflow/react";
import { memo } from "react";
import { useCell } from "./cell";
import { useSession } from "./context";
import type { Differing, State } from "./differing";
import { CARD, type Direction } from "./graph";
import { FAR } from "./scene";

const SIGNS: Record<State, string> = { added: "+", gone: "−", changed: "≠" };
const OUT = 7; // pixels from a card to its frame
const MOST_WORDS = 27; // as wide as a card, beside whose words stand those of the next
const MOST_TITLE = 24;
const ASIDE = 24; // from a card to the side, before a wire turns into another row

export const Differences = memo(function Differences() {
  const session = useSession();
  const all = useCell(session.differing);
  useCell(session.level);
  const shown = all?.[session.sync.where];
  return shown ? <Drawn shown={shown} /> : null;
});

interface Spot {
  x: number;
  y: number;
}

function Drawn({ shown }: { shown: Differing }) {
  const session = useSession();
  const nodes = useCell(session.nodes);
  const direction = useCell(session.direction);
  const far = useStore(({ transform }) => transform[2] < FAR);
  const at = new Map<string, Spot>([...nodes.map(({ id, position }): [string, Spot] => [id, position]), ...shown.ghosts.map((ghost): [string, Spot] => [ghost.id, ghost])]);
  const cards = [
    ...nodes.flatMap(({ id, position }) => (shown.marks[id] ? [{ ...shown.marks[id], id, ...position, title: "" }] : [])),
    ...shown.ghosts,
  ];
  return (
    <ViewportPortal>
      <svg className="nn-differences" aria-hidden="true" data-testid="differences">
        {shown.wires.map(({ from, to, state }, i) => {
          const [a, b] = [at.get(from), at.get(to)];
          return a && b && <path key={i} className={`is-${state}`} data-difference={`${state} wire`} d={lineOf(a, b, direction)} />;
        })}
        {cards.map(({ id, x, y, state, words, title }) => (
          <g key={id} className={`is-${state} ${title && "is-ghost"}`} transform={`translate(${x} ${y})`} data-difference={`${state} ${id}`}>
            <rect x={-OUT} y={-OUT} width={CARD.width + 2 * OUT} height={CARD.height + 2 * OUT} rx="16" />
            {title && (
              <text className="nn-ghost" x={CARD.width / 2} y={CARD.height / 2 + 6} textAnchor="middle">
                {shorter(title, MOST_TITLE)}
              </text>
            )}
            <circle cx={-OUT} cy={-OUT} r={far ? 26 : 13} />
            <text className="nn-sign" x={-OUT} y={-OUT} dy="0.36em" textAnchor="middle" style={{ fontSize: far ? 40 : 20 }}>
              {SIGNS[state]}
            </text>
            {!far && (
              <text className="nn-words" x={12} y={-OUT - 5}>
                {shorter(words, MOST_WORDS)}
              </text>
            )}
          </g>
        ))}
      </svg>
    </ViewportPortal>
  );
}

const shorter = (words: string, most: number) => (words.length > most ? `${words.slice(0, most - 1)}…` : words);

/** From the end of one card to the beginning of the next; where that stands in a row of its own, between the rows, as wires are drawn. */
export function lineOf(a: Spot, b: Spot, direction: Direction): string {
  const isAcross = direction === "lr";
  const [from, to] = isAcross
    ? [{ x: a.x + CARD.width, y: a.y + CARD.height / 2 }, { x: b.x, y: b.y + CARD.height / 2 }]
    : [{ x: a.x + CARD.width / 2, y: a.y + CARD.height }, { x: b.x + CARD.width / 2, y: b.y }];
  if (isAcross && to.x < from.x && Math.abs(b.y - a.y) > CARD.height) {
    const between = (Math.min(a.y, b.y) + CARD.height + Math.max(a.y, b.y)) / 2;
    return `M${from.x} ${from.y}H${from.x + ASIDE}V${between}H${to.x - ASIDE}V${to.y}H${to.x}`;
  }
  if (!isAcross && to.y < from.y && Math.abs(b.x - a.x) > CARD.width) {
    const between = (Math.min(a.x, b.x) + CARD.width + Math.max(a.x, b.x)) / 2;
    return `M${from.x} ${from.y}V${from.y + ASIDE}H${between}V${to.y - ASIDE}H${to.x}V${to.y}`;
  }
  const bow = Math.max(40, (isAcross ? to.x - from.x : to.y - from.y) / 2);
  const [p, q] = isAcross ? [{ x: from.x + bow, y: from.y }, { x: to.x - bow, y: to.y }] : [{ x: from.x, y: from.y + bow }, { x: to.x, y: to.y - bow }];
  return `M${from.x} ${from.y}C${p.x} ${p.y} ${q.x} ${q.y} ${to.x} ${to.y}`;
}
