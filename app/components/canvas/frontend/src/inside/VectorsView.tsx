// The vectors of an Embedding by the names that they stand for, on the plane of their greatest spread.
import { useState } from "react";
import { shown, type Vectors } from "./data";
import { Shown, useNode, type ViewProps } from "./node";

const SIDE = 232;
const EDGE = 10;
const WRITTEN = 40; // names that stand beside their point where they find room; the others are told by it
const LETTER = 6; // pixels across
const LINE = 11;

export function VectorsView({ data }: ViewProps) {
  const [text, write] = useState("");
  const sought = text.split(/[\s,]+/).filter(Boolean).slice(0, 20);
  return (
    <>
      <label className="in-sample">
        find
        <input type="search" className="is-text" placeholder="a name and its nearest" value={text} onChange={({ target }) => write(target.value)} />
      </label>
      <Shown answered={useNode<Vectors>(data, "embedding", { sought })}>
        {(told) => (
          <>
            <Plane told={told} sought={new Set(sought)} />
            <p className="in-caption">
              {told.names.length < told.of ? `${told.names.length} of ${told.of.toLocaleString("en")} names` : `${told.of} names`}, each a vector of {told.size} values; the plane shows{" "}
              {Math.round(100 * (told.explained[0] + told.explained[1]))} % of their spread (PCA).
            </p>
            {told.near.map(({ name, nearest }) => (
              <p key={name} className="in-line">
                <b>{name}</b> is nearest to {nearest.map(([other, cosine]) => `${other} (${shown(cosine)})`).join(", ")}
              </p>
            ))}
            {told.missing.length > 0 && <p className="in-note">Not among the names: {told.missing.join(", ")}.</p>}
          </>
        )}
      </Shown>
    </>
  );
}

interface Place {
  name: string;
  x: number;
  y: number;
}

const isRight = (x: number) => x > SIDE * 0.7;

/** The names that are written: what is sought, and of the first those that cover none that stands already. */
export function legible(places: Place[], sought: ReadonlySet<string>): Set<number> {
  const written = new Set<number>();
  const taken: [number, number, number][] = [];
  const order = places.map((_, i) => i).filter((i) => i < WRITTEN || sought.has(places[i].name));
  order.sort((a, b) => Number(sought.has(places[b].name)) - Number(sought.has(places[a].name)) || a - b);
  for (const i of order) {
    const { name, x, y } = places[i];
    const width = LETTER * name.length + 5;
    const left = isRight(x) ? x - width : x;
    const isFree = taken.every(([from, to, line]) => left + width < from || left > to || Math.abs(line - y) > LINE);
    if (!isFree && !sought.has(name)) continue;
    written.add(i);
    taken.push([left, left + width, y]);
  }
  return written;
}

function Plane({ told, sought }: { told: Vectors; sought: ReadonlySet<string> }) {
  const [xs, ys] = [0, 1].map((axis) => told.points.map((point) => point[axis] ?? 0));
  const scale = (values: number[], value: number) => {
    const [low, high] = [Math.min(...values), Math.max(...values)];
    return EDGE + ((value - low) / (high - low || 1)) * (SIDE - 2 * EDGE);
  };
  const places = told.names.map((name, i) => ({ name, x: scale(xs, xs[i]), y: SIDE - scale(ys, ys[i]) }));
  const written = legible(places, sought);
  return (
    <svg className="in-plane" width={SIDE} height={SIDE} role="img" aria-label={`${told.names.length} names on a plane`}>
      {places.map(({ name, x, y }, i) => {
        const isSought = sought.has(name);
        return (
          <g key={name + i} className={isSought ? "is-sought" : ""}>
            <circle cx={x} cy={y} r={isSought ? 4 : 2.5}>
              <title>{name}</title>
            </circle>
            {written.has(i) && (
              <text x={isRight(x) ? x - 5 : x + 5} y={y + 3} textAnchor={isRight(x) ? "end" : "start"}>
                {name}
              </text>
            )}
          </g>
        );
      })}
    </svg>
  );
}
