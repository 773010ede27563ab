// A point in the plane, chosen by a press: behind it what the network answers all over.
import { type MouseEvent, useLayoutEffect, useRef } from "react";
import { useAnswer } from "../asks";
import { rgbOf } from "../live/theme";
import type { Asked } from "../tries";
import type { Entry, Surface } from "./data";

interface Props {
  entry: Extract<Entry, { way: "numbers" | "point" }>;
  path: string;
  asked: Asked & { step: number | null };
  cells: Record<string, number | string | null>;
  onGive: (cells: Record<string, number>) => void;
  colors: string[];
}

export function PlaneEntry({ entry, path, asked, cells, onGive, colors }: Props) {
  const [across, up] = entry.parts;
  const others = Object.fromEntries(Object.entries(asked.inputs).filter(([name]) => name !== entry.name));
  const { answer } = useAnswer<Surface>(path, { kind: "plane", input: entry.name, step: asked.step, sample: asked.sample, inputs: others });
  const canvas = useRef<HTMLCanvasElement>(null);
  useLayoutEffect(() => {
    const ink = canvas.current?.getContext("2d");
    if (ink && answer) ink.putImageData(new ImageData(pixelsOf(answer, colors), answer.size), 0, 0);
  }, [answer, colors]);
  const low = answer?.low ?? [across.low, up.low];
  const high = answer?.high ?? [across.high, up.high];
  const [x, y] = [across, up].map(({ name, middle }) => (typeof cells[name] === "number" ? (cells[name] as number) : middle));
  const share = (value: number, axis: 0 | 1) => Math.min(1, Math.max(0, (value - low[axis]) / (high[axis] - low[axis] || 1)));
  const press = ({ currentTarget, clientX, clientY, buttons, type }: MouseEvent<HTMLElement>) => {
    if (type === "mousemove" && !(buttons & 1)) return;
    const box = currentTarget.getBoundingClientRect();
    const [right, top] = [(clientX - box.left) / box.width, (box.bottom - clientY) / box.height];
    const at = [low[0] + right * (high[0] - low[0]), low[1] + top * (high[1] - low[1])].map((one) => Number(one.toPrecision(4)));
    onGive({ [across.name]: at[0], [up.name]: at[1] });
  };
  return (
    <div className="ty-plane" data-testid="plane" onMouseDown={press} onMouseMove={press} title="Press to choose a point">
      <canvas ref={canvas} width={answer?.size ?? 1} height={answer?.size ?? 1} aria-hidden="true" />
      <i style={{ left: `${100 * share(x, 0)}%`, bottom: `${100 * share(y, 1)}%` }} />
    </div>
  );
}

/** The highest row first; the surer, the stronger. */
function pixelsOf({ size, cells, sure, kind }: Surface, colors: string[]): Uint8ClampedArray<ArrayBuffer> {
  const pixels = new Uint8ClampedArray(4 * size * size);
  cells.forEach((one, cell) => {
    const at = 4 * ((size - 1 - Math.floor(cell / size)) * size + (cell % size));
    const colour = colors[kind === "classes" ? one % colors.length : 0];
    pixels.set([...rgbOf(colour), Math.round(2.2 * sure[cell])], at);
  });
  return pixels;
}
