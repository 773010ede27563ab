// One number of the node as the sum that it is: the window of the input, its weights, their products, the bias and the activation.
import { type Frame, Picture, type Tints } from "../picture";
import { type Channel, shown, type Sum } from "./data";

const WIDTH = 232;
const LEGIBLE = 6; // columns of a window whose numbers find room
const CELL = 62; // of a number and its weight
const INPUT = 72;

/** isWide: there is more room than in a form, so each number stands in one line. */
export function SumView({ sum, tints, isWide = false }: { sum: Sum; tints: Tints; isWide?: boolean }) {
  const weighs = sum.channels.some(({ products }) => products);
  const isOne = sum.window.every((size) => size === 1);
  return (
    <div className="in-sum">
      {isOne && weighs ? <Terms sum={sum} /> : sum.channels.map((channel, i) => <Window key={channel.channel} sum={sum} channel={channel} tile={sum.input[i]} tints={tints} isWide={isWide} />)}
      <p className="in-line">
        {weighs ? (
          <>
            {sum.channels.map((one, i) => (
              <Term key={one.channel} value={one.sum} isFirst={i === 0} />
            ))}
            {sum.others && (
              <>
                <Term value={sum.others.sum} /> <small>({sum.others.count} others)</small>
              </>
            )}
            {sum.bias !== undefined && (
              <>
                <Term value={sum.bias} /> <small>(bias)</small>
              </>
            )}
            {" = "}
            <b>{shown(sum.sum)}</b>
          </>
        ) : (
          <>
            {sum.best === undefined ? "their mean" : "the greatest"} = <b>{shown(sum.sum)}</b>
          </>
        )}
      </p>
      {sum.activation && (
        <p className="in-line">
          {sum.activation}({shown(sum.sum)}{sum.activation === "softmax" ? ", beside those of all units" : ""}) = <b>{shown(sum.answer)}</b>
        </p>
      )}
    </div>
  );
}

/** A number of a sum, behind its sign. */
function Term({ value, isFirst = false }: { value: number | undefined; isFirst?: boolean }) {
  if (isFirst || value === undefined) return <>{isFirst ? shown(value) : ` + ${shown(value)}`}</>;
  return <>{` ${value < 0 ? "−" : "+"} ${shown(Math.abs(value))}`}</>;
}

/** Of a window of one place: the terms in a list. */
function Terms({ sum }: { sum: Sum }) {
  return (
    <ul className="in-terms">
      {sum.channels.map(({ channel, input, kernel, products }) => (
        <li key={channel}>
          input {channel + 1}: {shown(input[0])} × {shown(kernel?.[0])} = <b>{shown(products?.[0])}</b>
        </li>
      ))}
    </ul>
  );
}

interface WindowProps {
  sum: Sum;
  channel: Channel;
  tile?: Sum["input"][number];
  tints: Tints;
  isWide: boolean;
}

/** One channel's window: where it lies on the input, and its products. */
function Window({ sum, channel, tile, tints, isWide }: WindowProps) {
  const columns = sum.window.at(-1) ?? 1;
  const legible = columns <= LEGIBLE;
  const strength = (channel.products ?? channel.input).map((one) => one ?? 0);
  const reach = Math.max(...strength.map(Math.abs), 1e-30);
  const channels = sum.grid.at(-1) ?? 1;
  return (
    <figure className="in-window">
      <figcaption>
        {tile && <Picture tile={tile} tints={tints} width={INPUT} label={`what comes in on channel ${channel.channel + 1}`} frame={frameOf(sum, tile)} />}
        <span>
          channel {channel.channel + 1} of {channels} of the input
          {channel.products && (
            <>
              <br />
              value × weight, Σ = <b>{shown(channel.sum)}</b>
            </>
          )}
        </span>
      </figcaption>
      <div className={`in-cells${legible ? "" : " is-small"}${isWide ? " is-wide" : ""}`} style={{ gridTemplateColumns: `repeat(${columns}, 1fr)`, width: legible ? Math.min(isWide ? LEGIBLE * CELL : WIDTH, columns * CELL) : WIDTH }}>
        {channel.input.map((value, i) => {
          const share = Math.min(1, Math.abs(strength[i]) / reach);
          const told = `${value === null ? "over the edge: 0" : shown(value)}${channel.kernel ? ` × ${shown(channel.kernel[i])} = ${shown(channel.products?.[i])}` : ""}`;
          return (
            <div key={i} title={told} className={i === sum.best ? "is-best" : value === null ? "is-outside" : ""} style={{ background: `color-mix(in srgb, ${tints[strength[i] < 0 ? 0 : 1]} ${Math.round(55 * share)}%, transparent)` }}>
              {legible && (
                <>
                  <span>{value === null ? "0" : shown(value)}</span>
                  {channel.kernel && <span>× {shown(channel.kernel[i])}</span>}
                </>
              )}
            </div>
          );
        })}
      </div>
    </figure>
  );
}

/** Where the window lies on the picture of the input, which may be thinned and shows one slice. */
function frameOf(sum: Sum, tile: { rows: number; columns: number }): Frame | null {
  const grid = sum.grid.slice(0, -1);
  if (grid.length === 1) return span([[0], sum.rows[0]], [1, grid[0]], tile);
  if (grid.length === 2) return span(sum.rows, grid, tile);
  return null;
}

function span(rows: number[][], grid: number[], tile: { rows: number; columns: number }): Frame {
  const [down, across] = [tile.rows / grid[0], tile.columns / grid[1]];
  const [top, left] = [rows[0][0], rows[1][0]];
  const [bottom, right] = [rows[0].at(-1)! + 1, rows[1].at(-1)! + 1];
  return { row: top * down, column: left * across, rows: (bottom - top) * down, columns: (right - left) * across };
}
