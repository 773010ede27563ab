// What a node gives for the input that is tried, along the foot of its card: maps as pictures, a vector as bars, words as they are.
import { memo, useLayoutEffect, useRef } from "react";
import { rgbOf } from "./live/theme";
import { pixelsOf, type Small } from "./tries";

const MOST = 5;
const WIDTH = 120;
const HEIGHT = 24;

export function TriedStrip({ small, tint }: { small: Small; tint: string }) {
  if (small.kind === "words") return <span className="nn-tried-words">{small.words.join(" ")}</span>;
  if (small.kind === "bars") return <Bars values={small.values} of={small.of} />;
  const more = small.of - Math.min(MOST, small.maps.length);
  return (
    <div className="nn-tiles nn-tried" data-testid="tried" role="img" aria-label={`${small.of} ${small.of === 1 ? "map" : "maps"} of the input that is tried`}>
      {small.maps.slice(0, MOST).map((map, i) => (
        <Map key={i} map={map} height={small.height} width={small.width} tint={tint} title={`channel ${i + 1} of ${small.of}`} />
      ))}
      {more > 0 && <span title={`${small.of} channels; the first ${small.of - more} are shown`}>+{more}</span>}
    </div>
  );
}

function Bars({ values, of }: { values: (number | null)[]; of: number }) {
  const numbers = values.map((one) => one ?? 0);
  const low = Math.min(0, ...numbers);
  const reach = Math.max(0, ...numbers) - low || 1;
  const zero = HEIGHT * (1 + low / reach);
  const step = WIDTH / Math.max(1, numbers.length);
  const bars = numbers.map((one, i) => `M${(i + 0.1) * step} ${zero}v${(-one / reach) * HEIGHT}h${step * 0.8}V${zero}Z`);
  const told = of === 1 ? `${numbers[0].toPrecision(3)}` : `${of} values`;
  return (
    <>
      <svg viewBox={`0 0 ${WIDTH} ${HEIGHT}`} preserveAspectRatio="none" data-testid="tried" role="img" aria-label={`${told} for the input that is tried`}>
        <path d={bars.join("")} />
      </svg>
      <span className="nn-mean">{told}</span>
    </>
  );
}

interface MapProps {
  map: string;
  height: number;
  width: number;
  tint: string;
  title: string;
}

/** One channel; under the pointer it stands out large, as a unit's tile does. */
export const Map = memo(function Map({ map, height, width, tint, title }: MapProps) {
  const canvas = useRef<HTMLCanvasElement>(null);
  useLayoutEffect(() => {
    const pen = canvas.current?.getContext("2d");
    pen?.putImageData(new ImageData(pixelsOf(map, height * width, inkOf(canvas.current!, tint)), width), 0, 0);
  }, [map, height, width, tint]);
  return <canvas ref={canvas} width={width} height={height} title={title} aria-hidden="true" />;
});

/** The ink of the page's scheme, which is brighter on dark; else the run's own. */
function inkOf(element: HTMLElement, tint: string): readonly number[] {
  const told = /^rgba?\((\d+), (\d+), (\d+)/.exec(getComputedStyle(element).color);
  return told ? told.slice(1).map(Number) : rgbOf(tint);
}
