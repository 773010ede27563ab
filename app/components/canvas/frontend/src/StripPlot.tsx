// The live histogram of a layer's activations along the foot of its card; an empty place of the same size until training runs.
import { useSyncExternalStore } from "react";
import { useSession } from "./context";
import type { Strip } from "./stores";

const WIDTH = 120;
const HEIGHT = 24;

export function StripPlot({ id }: { id: string }) {
  const { strips } = useSession();
  const strip = useSyncExternalStore(
    (listener) => strips.subscribe(id, listener),
    () => strips.get(id),
  );
  return (
    <div className="nn-strip">
      {strip && (
        <>
          <svg viewBox={`0 0 ${WIDTH} ${HEIGHT}`} preserveAspectRatio="none" aria-hidden="true">
            <path d={outlineOf(strip.bins)} />
          </svg>
          <span>{wordsOf(strip)}</span>
        </>
      )}
    </div>
  );
}

/** The histogram's steps as one closed path; the highest bin fills the height. */
export function outlineOf(bins: number[]): string {
  const top = Math.max(...bins, 1e-12);
  const step = WIDTH / bins.length;
  const steps = bins.map((count, i) => `V${round(HEIGHT * (1 - count / top))}H${round((i + 1) * step)}`);
  return `M0 ${HEIGHT}${steps.join("")}V${HEIGHT}Z`;
}

const round = (value: number) => Math.round(value * 10) / 10;

function wordsOf({ mean, dead }: Strip): string {
  const average = `mean ${mean.toPrecision(2)}`;
  return dead > 0 ? `${average}, ${Math.round(dead * 100)} % dead` : average;
}
