// What the answer would be, were one number another: a curve over the number's range in the training part, marked where it is.
import type { Entries, Moved } from "./data";

interface Props {
  entries: Entries;
  chosen: { input: string; part: string };
  moved: Moved | null;
  onChoose: (chosen: { input: string; part: string }) => void;
  colors: string[];
}

const WIDTH = 300;
const HEIGHT = 150;
const short = (value: number) => String(Number(value.toPrecision(3)));

export function WhatIf({ entries, chosen, moved, onChoose, colors }: Props) {
  const parts = entries.inputs.flatMap((entry) => (entry.way === "numbers" || entry.way === "point" ? entry.parts.slice(0, 150).map(({ name }) => ({ input: entry.name, part: name })) : []));
  return (
    <section className="ty-whatif" aria-label="What if">
      <header>
        <h3>What if</h3>
        <select aria-label="The number that moves" value={JSON.stringify(chosen)} onChange={({ target }) => onChoose(JSON.parse(target.value) as { input: string; part: string })}>
          {parts.map((one) => (
            <option key={JSON.stringify(one)} value={JSON.stringify(one)}>
              {one.part}
            </option>
          ))}
        </select>
        <span>were another, all else as it is</span>
      </header>
      {moved?.outputs.map((output) => <Curve key={output.name} moved={moved} output={output} colors={colors} />)}
    </section>
  );
}

function Curve({ moved, output, colors }: { moved: Moved; output: Moved["outputs"][number]; colors: string[] }) {
  const { along, now } = moved;
  const all = output.curves.flatMap(({ values }) => values).filter((one): one is number => one !== null);
  const isShare = output.kind !== "values";
  const low = isShare ? 0 : Math.min(...all);
  const high = isShare ? 1 : Math.max(...all);
  const x = (value: number) => ((value - along[0]) / (along[along.length - 1] - along[0] || 1)) * WIDTH;
  const y = (value: number) => HEIGHT - ((value - low) / (high - low || 1)) * HEIGHT;
  return (
    <figure className="ty-curve" data-testid="curve">
      <svg viewBox={`-4 -6 ${WIDTH + 8} ${HEIGHT + 12}`} preserveAspectRatio="none" role="img" aria-label={`How the answer for ${output.target} moves`}>
        <path className="ty-frame" d={`M0 0V${HEIGHT}H${WIDTH}`} />
        <path className="ty-now" d={`M${x(now)} 0V${HEIGHT}`} />
        {output.curves.map(({ name, place, values }) => (
          <path key={name} stroke={colors[place % colors.length]} d={values.map((value, at) => `${at ? "L" : "M"}${x(along[at]).toFixed(1)} ${y(value ?? low).toFixed(1)}`).join("")} />
        ))}
      </svg>
      <span className="ty-top">{isShare ? "100 %" : short(high)}</span>
      <span className="ty-bottom">{isShare ? "0 %" : short(low)}</span>
      <figcaption>
        <span>{short(along[0])}</span>
        <span className="ty-legend">
          {output.curves.map(({ name, place }) => (
            <span key={name}>
              <i style={{ background: colors[place % colors.length] }} />
              {name}
            </span>
          ))}
        </span>
        <span>{short(along[along.length - 1])}</span>
      </figcaption>
    </figure>
  );
}
