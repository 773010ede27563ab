// A data set in the choice of data: a few of its points, each in one of two colours or between them.
import { memo } from "react";
import { mix } from "../live/theme";

interface Props {
  points: [number, number, number][]; // x, y and colour, in hundredths; y goes up
  tints: [string, string];
}

const PALE = "#e4e4e4";

export const Thumbnail = memo(function Thumbnail({ points, tints }: Props) {
  return (
    <svg className="gb-thumbnail" viewBox="-8 -8 116 116" aria-hidden="true" data-testid="thumbnail">
      {points.map(([x, y, shade], i) => (
        <circle key={i} cx={x} cy={100 - y} r={6} fill={mix(PALE, tints[Number(shade >= 50)], Math.abs(shade - 50) / 50)} />
      ))}
    </svg>
  );
});
