// The weights of a node as pictures: a window or the pixels of each unit, or a matrix.
import { useState } from "react";
import { Picture, type Spot, valueOf } from "../picture";
import { type Data, type Matrix, type Pictures, shown, type Weights } from "./data";
import { Grid } from "./Grid";
import { Shown, useNode, useOnCard, type ViewProps } from "./node";

const WIDTH = 232;

export function WeightsView({ data, unit, choose }: ViewProps) {
  const apart = useNode<Weights>(data, "weights", unit === null ? null : { unit });
  const answered = useNode<Weights>(data, "weights", {});
  const whole = answered.answer;
  useOnCard(data, whole?.pictures ? (whole as Pictures) : null, "kernel");
  return (
    <Shown answered={answered}>
      {(told) =>
        told.matrices ? (
          told.matrices.map((one) => <MatrixView key={one.name} told={one} data={data} />)
        ) : (
          <>
            <p className="in-caption">{sentence(told)}</p>
            <Grid told={{ of: told.of!, pictures: told.pictures! }} tints={data.tints} what="unit" chosen={unit} onChoose={isApart(told) ? choose : undefined} />
            {unit !== null && isApart(told) && (
              <Shown answered={apart}>
                {(one) => (
                  <>
                    <p className="in-caption">unit {(one.unit ?? 0) + 1}: its weights on each of {one.of} channels</p>
                    <Grid told={{ of: one.of!, pictures: one.pictures! }} tints={data.tints} what="weights on channel" />
                  </>
                )}
              </Shown>
            )}
          </>
        )
      }
    </Shown>
  );
}

const isApart = ({ channels }: Weights) => (channels ?? 1) > 1;

function sentence({ kind, shape, channels }: Weights): string {
  const sizes = shape!.slice(0, -2).join(" × ");
  const window = kind === "pixels" ? `Each unit's weights, laid out as the ${sizes} that come in` : `Each unit's window of ${sizes}`;
  if (!channels || channels === 1) return `${window}.`;
  if (channels === 3 && shape!.length === 4) return `${window}, in the three colours that it weighs; zero is grey. Press one to see each channel.`;
  return `${window}: the mean over its ${channels} channels. Press one to see each.`;
}

function MatrixView({ told, data }: { told: Matrix; data: Data }) {
  const [at, point] = useState<Spot | null>(null);
  const [rows, columns] = told.of;
  const isCut = told.units.length < rows || told.inputs.length < columns;
  const spot = at && { row: Math.min(at.row, told.rows - 1), column: Math.min(at.column, told.columns - 1) };
  const input = spot ? told.names[spot.column] || `input ${told.inputs[spot.column] + 1}` : "";
  return (
    <>
      <p className="in-caption">
        {told.name}: {rows} units down, {columns} inputs across{" "}
        {spot && (
          <b>
            unit {told.units[spot.row] + 1}, {input}: {shown(valueOf(told, spot.row * told.columns + spot.column))}
          </b>
        )}
      </p>
      <Picture tile={told} tints={data.tints} width={Math.min(WIDTH, 28 * told.columns)} height={Math.min(260, Math.max(told.rows * 3, Math.min(24 * told.rows, (WIDTH * told.rows) / told.columns)))} label={`${told.name}, ${rows} × ${columns}`} at={spot} onSpot={point} />
      {isCut && (
        <p className="in-note">
          {told.units.length} units and {told.inputs.length} inputs of the greatest norm are shown.
        </p>
      )}
    </>
  );
}
