// What the answer would be, were one number or category another: a curve over the number's range in the training part, marked where it
// is, or a bar for each word.
import type { Entries, Moved } from "./data";

interface Chosen {
  input: string;
  part: string;
}

interface Props {
  entries: Entries;
  chosen: Chosen;
  moved: Moved | null;
  onChoose: (chosen: Chosen) => void;
  onGive: (word: string) => void;
  colors: string[];
}

type OutputMoved = Moved["outputs"][number];

const WIDTH = 300;
const HEIGHT = 150;
const MOST_PARTS = 150;
const short = (value: number) => String(Number(value.toPrecision(3)));

export function WhatIf({ entries, chosen, moved, onChoose, onGive, colors }: Props) {
  const parts = entries.inputs.flatMap((entry) =>
    entry.way === "numbers" || entry.way === "point" || entry.way === "words" ? entry.parts.slice(0, MOST_PARTS).map(({ name }) => ({ input: entry.name, part: name })) : [],
  );
  const isOfWords = typeof moved?.now === "string";
  return (
    <section className="ty-whatif" aria-label="What if">
      <header>
        <h3>What if</h3>
        <select aria-label="What is another" value={JSON.stringify(chosen)} onChange={({ target }) => onChoose(JSON.parse(target.value) as Chosen)}>
          {parts.map((one) => (
            <option key={JSON.stringify(one)} value={JSON.stringify(one)}>
              {one.part}
            </option>
          ))}
        </select>
        <span>were another, all else as it is</span>
      </header>
      {moved?.outputs.map((output) => (isOfWords ? <Bars key={output.name} moved={moved} output={output} colors={colors} onGive={onGive} /> : <Curve key={output.name} moved={moved} output={output} colors={colors} />))}
    </section>
  );
}

/** From where to where the answers are drawn. */
function reachOf({ kind, curves }: OutputMoved): [number, number] {
  if (kind !== "values") return [0, 1];
  const all = curves.flatMap(({ values }) => values).filter((one): one is number => one !== null);
  return [Math.min(...all), Math.max(...all)];
}

function Curve({ moved, output, colors }: { moved: Moved; output: OutputMoved; colors: string[] }) {
  const [along, now] = [moved.along as number[], moved.now as number];
  const isShare = output.kind !== "values";
  const [low, high] = reachOf(output);
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
        <Legend output={output} colors={colors} />
        <span>{short(along[along.length - 1])}</span>
      </figcaption>
    </figure>
  );
}

/** A line for each word: of classes the shares behind each other, of names and amounts a bar each. A press enters the word. */
function Bars({ moved, output, colors, onGive }: { moved: Moved; output: OutputMoved; colors: string[]; onGive: (word: string) => void }) {
  const words = moved.along as string[];
  const isStacked = output.kind === "classes";
  const [low, high] = reachOf(output);
  const from = output.kind === "values" ? Math.min(low, 0) : 0;
  const share = (value: number | null) => ((value ?? from) - from) / (high - from || 1);
  const left = (moved.of ?? words.length) - words.length;
  return (
    <figure className="ty-words" data-testid="words">
      <ul aria-label={`The answer for ${output.target}, word by word`}>
        {words.map((word, at) => (
          <li key={word}>
            <button type="button" aria-pressed={word === moved.now} title={`Enter ${word || "that it is missing"}`} onClick={() => onGive(word)}>
              <span className="ty-name">{word || "missing"}</span>
              <span className={isStacked ? "ty-stack" : "ty-each"}>
                {output.curves.map(({ name, place, values }) => (
                  <i key={name} title={`${name} ${told(output, values[at])}`} style={{ width: `${100 * share(values[at])}%`, background: colors[place % colors.length] }} />
                ))}
              </span>
              <span className="ty-share">{most(output, at)}</span>
            </button>
          </li>
        ))}
      </ul>
      <figcaption>
        <Legend output={output} colors={colors} />
      </figcaption>
      {left > 0 && <p className="ty-note">{`and ${left} more, which fewer rows have`}</p>}
    </figure>
  );
}

const told = ({ kind }: OutputMoved, value: number | null) => (value === null ? "no number" : kind === "values" ? short(value) : `${(100 * value).toFixed(0)} %`);

/** The likeliest for this word, or the first amount. */
function most(output: OutputMoved, at: number): string {
  if (output.kind === "values") return told(output, output.curves[0]?.values[at] ?? null);
  const best = output.curves.reduce((found, one) => ((one.values[at] ?? 0) > (found.values[at] ?? 0) ? one : found), output.curves[0]);
  return best ? `${best.name} ${told(output, best.values[at])}` : "";
}

function Legend({ output, colors }: { output: OutputMoved; colors: string[] }) {
  return (
    <span className="ty-legend">
      {output.curves.map(({ name, place }) => (
        <span key={name}>
          <i style={{ background: colors[place % colors.length] }} />
          {name}
        </span>
      ))}
    </span>
  );
}
