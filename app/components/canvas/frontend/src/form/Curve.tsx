// The learning rate over the run that would be started now, below the schedule that makes it.
import type { Curve as Told } from "./data";

const WIDTH = 250; // about as wide as it is shown, so that its letters are as large as others
const HEIGHT = 90;
const LEFT = 2;
const FLOOR = 68;
const TOP = 20;

export function Curve({ label, curve }: { label: string; curve: Told }) {
  const { points, told } = curve;
  const end = points[points.length - 1][0];
  const most = Math.max(...points.map(([, value]) => value)) || 1;
  const at = ([x, value]: [number, number]) => `${(LEFT + (x / end) * (WIDTH - 2 * LEFT)).toFixed(1)},${(FLOOR - (value / most) * (FLOOR - TOP)).toFixed(1)}`;
  return (
    <figure className="gb-curve" data-testid="curve">
      <svg viewBox={`0 0 ${WIDTH} ${HEIGHT}`} role="img" aria-label={`${label} over ${told}; the highest is ${written(most)}`}>
        <line x1={LEFT} x2={WIDTH - LEFT} y1={FLOOR} y2={FLOOR} />
        <line x1={LEFT} x2={WIDTH - LEFT} y1={TOP} y2={TOP} strokeDasharray="2 4" />
        <polyline points={points.map(at).join(" ")} />
        <text x={LEFT} y={TOP - 4}>
          {written(most)}
        </text>
        <text x={LEFT} y={HEIGHT - 3}>
          0
        </text>
        <text x={WIDTH - LEFT} y={HEIGHT - 3} textAnchor="end">
          epoch {written(end)}
        </text>
      </svg>
      <figcaption>{told}</figcaption>
    </figure>
  );
}

const written = (value: number) => String(Number(value.toPrecision(3)));
