// The vectors of an Embedding by the names that they stand for, on the plane of their greatest spread.
import { useState } from "react";
import { shown, type Vectors } from "./data";
import { Shown, useNode, type ViewProps } from "./node";

const SIDE = 232;
const EDGE = 10;
const WRITTEN = 24; // names that stand beside their point; the others are told by it

export function VectorsView({ data }: ViewProps) {
  const [text, write] = useState("");
  const sought = text.split(/[\s,]+/).filter(Boolean).slice(0, 20);
  return (
    <>
      <label className="in-sample">
        find
        <input type="search" className="is-text" placeholder="names, with what is nearest" value={text} onChange={({ target }) => write(target.value)} />
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

function Plane({ told, sought }: { told: Vectors; sought: ReadonlySet<string> }) {
  const [xs, ys] = [0, 1].map((axis) => told.points.map((point) => point[axis] ?? 0));
  const scale = (values: number[], value: number) => {
    const [low, high] = [Math.min(...values), Math.max(...values)];
    return EDGE + ((value - low) / (high - low || 1)) * (SIDE - 2 * EDGE);
  };
  return (
    <svg className="in-plane" width={SIDE} height={SIDE} role="img" aria-label={`${told.names.length} names on a plane`}>
      {told.names.map((name, i) => {
        const [x, y] = [scale(xs, xs[i]), SIDE - scale(ys, ys[i])];
        const isSought = sought.has(name);
        return (
          <g key={name + i} className={isSought ? "is-sought" : ""}>
            <circle cx={x} cy={y} r={isSought ? 4 : 2.5}>
              <title>{name}</title>
            </circle>
            {(isSought || i < WRITTEN) && (
              <text x={x > SIDE * 0.75 ? x - 5 : x + 5} y={y + 3} textAnchor={x > SIDE * 0.75 ? "end" : "start"}>
                {name}
              </text>
            )}
          </g>
        );
      })}
    </svg>
  );
}
