// What each unit answers over the plane, for a network of points: its boundary is where it is pale.
import { useState } from "react";
import { Picture, type Spot, valueOf } from "../picture";
import { type Planes, shown } from "./data";
import { Grid } from "./Grid";
import { Shown, useNode, useOnCard, type ViewProps } from "./node";

const WIDTH = 232;

export function PlaneView({ data, unit, choose }: ViewProps) {
  const [at, point] = useState<Spot | null>(null);
  const answered = useNode<Planes>(data, "units", {});
  useOnCard(data, answered.answer, "unit");
  return (
    <Shown answered={answered}>
      {(told) => {
        const one = told.pictures.find((picture) => picture.unit === unit) ?? told.pictures[0];
        const [x, y] = at ? [told.low[0] + ((at.column + 0.5) / one.columns) * (told.high[0] - told.low[0]), told.high[1] - ((at.row + 0.5) / one.rows) * (told.high[1] - told.low[1])] : [0, 0];
        return (
          <>
            <Grid told={told} tints={data.tints} what="unit" chosen={one.unit} onChoose={choose} />
            <p className="in-caption">
              unit {one.unit + 1}, pale where it is 0{" "}
              {at && (
                <b>
                  at ({shown(x)}, {shown(y)}): {shown(valueOf(one, at.row * one.columns + at.column))}
                </b>
              )}
            </p>
            <Picture tile={one} tints={data.tints} width={WIDTH} label={`unit ${one.unit + 1} over the plane`} at={at} onSpot={point} />
          </>
        );
      }}
    </Shown>
  );
}
