// What each channel of the node makes of the chosen sample; a number of it is walked back to the window that it is the sum of.
import { type ReactNode, useState } from "react";
import type { Answered } from "../asks";
import { AsideSum } from "./AsideSum";
import { Picture, type Spot, valueOf } from "../picture";
import { type Data, type Maps, type Numbered, placeOf, shown, type Sum } from "./data";
import { Grid } from "./Grid";
import { SampleChoice, Shown, useNodeOf, useOnCard, type ViewProps } from "./node";

const WIDTH = 232;
const LARGE = 144; // of a map, so that the sum of a place finds room below it

export function MapsView({ data, unit, choose }: ViewProps) {
  const [spot, point] = useState<Spot | null>(null);
  const answered = useNodeOf<Maps>(data, "maps");
  useOnCard(data, answered.answer?.layout === "maps" ? answered.answer : null, "channel");
  return (
    <>
    <SampleChoice data={data} counts={answered.answer?.counts ?? null} />
    <Shown answered={answered}>
      {(told) => {
        if (told.layout === "names") return <p className="in-names">{told.names!.join(" ")}</p>;
        if (told.layout !== "maps") return <Lines data={data} told={told} spot={spot} point={point} />;
        const one = told.pictures.find((picture) => picture.unit === unit) ?? told.pictures[0];
        return (
          <>
            <Grid told={told} tints={data.tints} what="channel" chosen={one?.unit} onChoose={choose} />
            {one && <Large data={data} told={told} one={one} spot={spot} point={point} />}
          </>
        );
      }}
    </Shown>
    </>
  );
}

interface Pointed {
  data: Data;
  told: Maps;
  spot: Spot | null;
  point: (spot: Spot) => void;
}

function Large({ data, told, one, spot, point }: Pointed & { one: Numbered }) {
  const [isLooked, look] = useState(false);
  const thinned = one.rows !== told.shape[0];
  const at = spot && { row: Math.min(spot.row, one.rows - 1), column: Math.min(spot.column, one.columns - 1) };
  const [rows, columns] = [Math.round(told.shape[0] / one.rows), thinned ? Math.ceil(told.shape[1] / one.columns) : 1];
  const full = at && (thinned ? { row: at.row * rows, column: at.column * columns } : at);
  const place = full && placeOf(full, told.shape);
  const worked = useWorked(data, place, one.unit);
  return (
    <>
      <p className="in-caption">
        channel {one.unit + 1} {at && <b>at {place!.map((along) => along + 1).join(", ")}: {worked.exact ?? numberOf(one, at.row * one.columns + at.column)}</b>}
      </p>
      <Looked onLook={look}>
        <Picture tile={one} tints={data.tints} width={Math.min(LARGE, one.columns * 24)} label={`channel ${one.unit + 1}, ${one.rows} × ${one.columns}`} at={at} onSpot={point} />
      </Looked>
      {data.sums && !at && <p className="in-note">Point at a place, or walk there by the arrow keys: its sum is shown with all numbers.</p>}
      {worked.asked && <Worked data={data} answered={worked.asked} isLooked={isLooked} />}
    </>
  );
}

/** One row of units, or a row a unit over the steps. */
function Lines({ data, told, spot, point }: Pointed) {
  const [isLooked, look] = useState(false);
  const [tile] = told.pictures;
  const isRow = told.layout === "units";
  const wrapped = isRow && tile ? { ...tile, ...wrap(tile.columns) } : tile;
  const at = spot && wrapped && { row: Math.min(spot.row, wrapped.rows - 1), column: Math.min(spot.column, wrapped.columns - 1) };
  const cell = at ? at.row * wrapped.columns + at.column : 0;
  const unit = at ? (isRow ? cell : at.row) : 0;
  const isThere = at && cell < tile.rows * tile.columns;
  const worked = useWorked(data, isThere && isWhole(tile, told, isRow) ? (isRow ? [] : [at.column]) : null, unit);
  if (!tile) return null;
  return (
    <>
      <p className="in-caption">
        {isRow ? `${told.of.toLocaleString("en")} units` : `${told.of} channels, a row each, over ${told.shape[0]} steps`}{" "}
        {isThere && (
          <b>
            unit {unit + 1}
            {isRow ? "" : ` at ${told.words?.[at.column] ? `“${told.words[at.column]}”` : `step ${at.column + 1}`}`}: {worked.exact ?? numberOf(tile, cell)}
          </b>
        )}
      </p>
      <Looked onLook={look}>
        <Picture tile={wrapped} tints={data.tints} width={WIDTH} height={isRow ? (WIDTH / wrapped.columns) * wrapped.rows : Math.min(180, Math.max(40, tile.rows * 6))} label="values" at={isThere ? at : null} onSpot={point} />
      </Looked>
      {isRow && tile.columns < told.of && <p className="in-note">The first {tile.columns} are shown.</p>}
      {worked.asked && <Worked data={data} answered={worked.asked} isLooked={isLooked} />}
    </>
  );
}

/** Whether each cell stands for itself, and no longer for a neighbour as well. */
const isWhole = (tile: Numbered, told: Maps, isRow: boolean) => isRow || (tile.rows === told.of && tile.columns === told.shape[0]);

/** Many units in lines of so many. */
function wrap(count: number) {
  const columns = Math.min(16, count);
  return { rows: Math.ceil(count / columns), columns };
}

/** Says whether a pointer is over what is in it, or keys walk it. */
function Looked({ onLook, children }: { onLook: (is: boolean) => void; children: ReactNode }) {
  const [begin, end] = [() => onLook(true), () => onLook(false)];
  return (
    <div onPointerEnter={begin} onPointerLeave={end} onKeyDownCapture={begin} onBlur={end}>
      {children}
    </div>
  );
}

/** What a cell shows: a picture's letters tell a value in steps alone. */
const numberOf = (tile: Numbered, cell: number) => `${tile.numbers ? "" : "about "}${shown(valueOf(tile, cell))}`;

/** The sum of a place, asked where there is one, and the number that it gives: "…" before it is known. */
function useWorked(data: Data, place: number[] | null, unit: number): { asked: Answered<Sum> | null; exact: string | null } {
  const isAsked = data.sums && !!place;
  const asked = useNodeOf<Sum>(data, "window", isAsked ? { place, unit } : null);
  if (!isAsked) return { asked: null, exact: null };
  const { answer, trouble } = asked;
  const isOfIt = answer?.unit === unit && answer.place.join() === place.join();
  return { asked, exact: trouble ? null : isOfIt ? shown(answer.answer) : "…" };
}

interface WorkedProps {
  data: Data;
  answered: Answered<Sum>;
  isLooked: boolean;
}

function Worked({ data, answered, isLooked }: WorkedProps) {
  return <Shown answered={answered}>{(sum) => <AsideSum sum={sum} tints={data.tints} isLooked={isLooked} />}</Shown>;
}
