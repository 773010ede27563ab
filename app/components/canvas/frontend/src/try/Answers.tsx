// What every output answers, as bars with words; beside them, where dropout is left on, what it answered each time.
import { useLayoutEffect, useRef } from "react";
import { rgbOf } from "../live/theme";
import type { ClassMap, Output, Spread } from "./data";

interface Props {
  outputs: Output[];
  spread: Spread | null;
  changed: boolean; // the sample was changed by hand, so what was right of it may not be
  colors: string[];
}

const MOST = 10;

export function Answers({ outputs, spread, changed, colors }: Props) {
  return outputs.map((output) => (
    <div className="ty-output" key={output.name} data-testid="output">
      {outputs.length > 1 && <h4>{output.label}</h4>}
      <Headline output={output} changed={changed} />
      {output.picture && <img className="ty-made" src={`data:image/png;base64,${output.picture}`} alt="The picture that the network made" />}
      {output.map && (
        <div className="ty-maps">
          <Places map={output.map} colors={colors} says="the answer, place by place" />
          {output.right_map && <Places map={output.right_map} colors={colors} says={changed ? "right of the sample" : "what is right"} />}
          <Legend output={output} colors={colors} />
        </div>
      )}
      {output.kind === "places" && <p className="ty-note">Share of all places that each class was said of:</p>}
      {isNone(output) ? null : output.kind === "values" ? <Values output={output} spread={spread} /> : output.bars && <Shares output={output} spread={spread} />}
      {output.kind === "numbers" && <p className="ty-note">This loss compares without an answer that has a name, so there is none to show. The cards show the numbers.</p>}
    </div>
  ));
}

const GROUND = "#9AA3AF"; // the first class is most often the ground

function Places({ map, colors, says }: { map: ClassMap; colors: string[]; says: string }) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const { height, width, classes } = map;
  useLayoutEffect(() => {
    const bytes = atob(classes);
    const pixels = new Uint8ClampedArray(4 * height * width);
    for (let i = 0; i < height * width; i++) {
      const place = bytes.charCodeAt(i);
      pixels.set([...rgbOf(colorOf(place, colors)), 255], 4 * i);
    }
    canvas.current?.getContext("2d")?.putImageData(new ImageData(pixels, width), 0, 0);
  }, [height, width, classes, colors]);
  return (
    <figure>
      <canvas ref={canvas} width={width} height={height} role="img" aria-label={says} />
      <figcaption>{says}</figcaption>
    </figure>
  );
}

const colorOf = (place: number, colors: string[]) => (place ? colors[(place - 1) % colors.length] : GROUND);

/** The colours of the classes that are on either map. */
function Legend({ output, colors }: { output: Output; colors: string[] }) {
  const there = new Set([output.map, output.right_map].flatMap((map) => (map ? [...atob(map.classes)].map((letter) => letter.charCodeAt(0)) : [])));
  return (
    <ul className="ty-classes" aria-label="Colours of the classes">
      {[...there].sort((a, b) => a - b).map((place) => (
        <li key={place}>
          <i style={{ background: colorOf(place, colors) }} />
          {output.classes?.[place] ?? place}
        </li>
      ))}
    </ul>
  );
}

/** The answer in a line, and whether it is right. */
function Headline({ output, changed }: { output: Output; changed: boolean }) {
  const { kind, bars, right, target } = output;
  if (isNone(output)) return <p className="ty-headline">No answer: what comes out for this input is no number (NaN).</p>;
  if (kind === "classes" && bars?.length) {
    const [name, share] = bars[0];
    const is = right?.[0] === name;
    return (
      <p className="ty-headline">
        <b>{name}</b> {percent(share)}
        {right && !changed && <span className={is ? "is-right" : "is-wrong"}>{is ? "right" : `wrong: it is ${right[0]}`}</span>}
        {right && changed && <span>{`the sample was ${right[0]}`}</span>}
      </p>
    );
  }
  if (kind === "values" && bars?.length === 1) {
    return (
      <p className="ty-headline">
        {target} <b>{number(bars[0][1])}</b>
        {right && <span>{`${changed ? "of the sample" : "right"}: ${number(right[0] as number)}`}</span>}
      </p>
    );
  }
  if (kind === "names") {
    const said = (bars ?? []).filter(([, share]) => (share ?? 0) > 0.5).map(([name]) => name);
    return (
      <p className="ty-headline">
        <b>{said.join(", ") || "none of them"}</b>
        {right && <span>{`${changed ? "of the sample" : "right"}: ${right.join(", ") || "none of them"}`}</span>}
      </p>
    );
  }
  return null;
}

/** A network divides by 0 for some inputs, as by the number of a text's words. */
const isNone = ({ bars }: Output) => !!bars?.length && bars.every(([, value]) => value === null);

const percent = (share: number | null) => (share === null ? "no number" : share > 0 && share < 0.001 ? "< 0.1 %" : `${(100 * share).toFixed(share > 0 && share < 1 && Math.min(share, 1 - share) < 0.005 ? 2 : 1)} %`);
const apart = (spread: number) => (spread < 0.0005 ? "" : ` ± ${(100 * spread).toFixed(1)}`);
const number = (value: number | null | undefined) => (value === null || value === undefined ? "no number" : String(Number(value.toPrecision(4))));

function Shares({ output, spread }: { output: Output; spread: Spread | null }) {
  const many = spread?.outputs.find(({ name }) => name === output.name);
  const bars = output.bars!.slice(0, MOST);
  return (
    <>
      <ul className={many ? "ty-bars is-many" : "ty-bars"} aria-label={`Answer for ${output.target}`}>
        {bars.map(([name, share]) => {
          const own = many?.bars.find((bar) => bar.name === name);
          return (
            <li key={name} className={output.right?.includes(name) ? "is-right" : undefined}>
              <span className="ty-name" title={name}>
                {name}
              </span>
              <span className="ty-track">
                <i style={{ width: `${100 * (share ?? 0)}%` }} />
                {own?.answers.map((one, i) => <u key={i} style={{ left: `${100 * (one ?? 0)}%` }} />)}
              </span>
              <span className="ty-share">{own ? percent(own.mean) + apart(own.spread) : percent(share)}</span>
            </li>
          );
        })}
      </ul>
      {output.bars!.length > MOST && <p className="ty-note">{`and ${(output.of ?? output.bars!.length) - MOST} more, each less likely`}</p>}
      {many?.said && <p className="ty-note">{`With dropout left on, of ${spread!.times} answers: ${counted(many.said)}.`}</p>}
    </>
  );
}

const counted = (said: Record<string, number>) =>
  Object.entries(said)
    .sort(([, a], [, b]) => b - a)
    .map(([name, count]) => `${count} × ${name}`)
    .join(", ");

function Values({ output, spread }: { output: Output; spread: Spread | null }) {
  const many = spread?.outputs.find(({ name }) => name === output.name);
  const all = [...output.bars!.map(([, one]) => one ?? 0), ...(many?.bars.flatMap(({ answers }) => answers.map((one) => one ?? 0)) ?? [])];
  const low = Math.min(output.low ?? 0, ...all);
  const reach = Math.max(output.high ?? 1, ...all) - low || 1;
  const at = (value: number | null) => `${(100 * ((value ?? 0) - low)) / reach}%`;
  return (
    <ul className={many ? "ty-bars is-many" : "ty-bars"} aria-label={`Answer for ${output.target}`}>
      {output.bars!.map(([name, value], place) => {
        const own = many?.bars.find((bar) => bar.name === name);
        const right = output.right?.[place];
        return (
          <li key={name}>
            <span className="ty-name" title={name}>
              {name}
            </span>
            <span className="ty-track" title={`from ${number(low)} to ${number(low + reach)}`}>
              <i style={{ width: at(value) }} />
              {own?.answers.map((one, i) => <u key={i} style={{ left: at(one) }} />)}
              {typeof right === "number" && <em style={{ left: at(right) }} title={`right: ${number(right)}`} />}
            </span>
            <span className="ty-share">{own ? `${number(own.mean)} ± ${number(own.spread)}` : number(value)}</span>
          </li>
        );
      })}
    </ul>
  );
}
