// Which step looks at which, a matrix a head: a row for each step that asks.
import { useState } from "react";
import { Picture, type Spot, valueOf } from "../picture";
import { type AttentionMaps, shown } from "./data";
import { SampleChoice, Shown, useNodeOf, type ViewProps } from "./node";

const WIDTH = 232;
const NAMED = 16; // words beside an axis that find room

export function AttentionView({ data }: ViewProps) {
  const [head, choose] = useState(0);
  const [at, point] = useState<Spot | null>(null);
  const answered = useNodeOf<AttentionMaps>(data, "attention");
  return (
    <>
    <SampleChoice data={data} counts={answered.answer?.counts ?? null} />
    <Shown answered={answered}>
      {(told) => {
        const one = told.pictures[Math.min(head, told.pictures.length - 1)];
        const spot = at && { row: Math.min(at.row, one.rows - 1), column: Math.min(at.column, one.columns - 1) };
        const [asking, answering] = told.words;
        const called = (words: string[], place: number) => (words[place] ? `“${words[place]}”` : `step ${place + 1}`);
        const isNamed = answering.length > 0 && one.columns <= NAMED && one.rows <= NAMED;
        return (
          <>
            <div className="in-views" role="group" aria-label="Head">
              {told.pictures.map(({ unit }) => (
                <button key={unit} type="button" aria-pressed={unit === one.unit} onClick={() => choose(unit)}>
                  head {unit + 1}
                </button>
              ))}
            </div>
            <p className="in-caption">
              {spot ? (
                <>
                  {called(asking, spot.row)} looks at {called(answering, spot.column)}: <b>{shown(valueOf(one, spot.row * one.columns + spot.column))}</b>
                </>
              ) : (
                "A row is a step that asks; each of its cells is the weight of a step that it looks at, and they add up to 1."
              )}
            </p>
            <div className={isNamed ? "in-matrix is-named" : "in-matrix"}>
              {isNamed && <Words words={answering} along="columns" />}
              {isNamed && <Words words={asking} along="rows" />}
              <Picture tile={one} tints={data.tints} width={isNamed ? WIDTH - 48 : WIDTH} label={`attention of head ${one.unit + 1}, ${one.rows} × ${one.columns}`} at={spot} onSpot={point} />
            </div>
            {(one.rows < told.steps[0] || one.columns < told.steps[1]) && (
              <p className="in-note">
                The first {one.rows} of {told.steps[0]} steps are shown.
              </p>
            )}
            {told.pictures.length < told.of && (
              <p className="in-note">
                The first {told.pictures.length} of {told.of} heads are shown.
              </p>
            )}
          </>
        );
      }}
    </Shown>
    </>
  );
}

function Words({ words, along }: { words: string[]; along: "rows" | "columns" }) {
  return (
    <div className={`in-words is-${along}`} aria-hidden="true">
      {words.map((word, i) => (
        <span key={i}>{word}</span>
      ))}
    </div>
  );
}
