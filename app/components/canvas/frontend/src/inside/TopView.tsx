// The samples that a unit answers most to.
import { useLayoutEffect, useRef } from "react";
import { inWords } from "../tries";
import { type Seen, shown, type Top } from "./data";
import { Shown, useNode, useSample, type ViewProps } from "./node";

export function TopView({ data, unit: chosen, choose }: ViewProps) {
  const unit = chosen ?? 0;
  const answered = useNode<Top>(data, "top", { unit });
  const last = (answered.answer?.of ?? Infinity) - 1;
  const [sample, look] = useSample(data);
  return (
    <>
      <div className="in-sample" role="group" aria-label="Unit">
        unit
        <button type="button" aria-label="Unit before" disabled={unit <= 0} onClick={() => choose(unit - 1)}>
          ‹
        </button>
        <input aria-label="Number of the unit" type="number" min={1} max={last + 1} value={unit + 1} onChange={({ target }) => Number(target.value) > 0 && choose(Math.min(last, Number(target.value) - 1))} />
        <button type="button" aria-label="Unit behind" disabled={unit >= last} onClick={() => choose(unit + 1)}>
          ›
        </button>
      </div>
      <Shown answered={answered}>
        {(told) => (
          <>
            <p className="in-caption">
              Of {told.looked.toLocaleString("en")} samples of validation those that unit {told.unit + 1} of {told.of.toLocaleString("en")} answers most to. Its mean is {shown(told.mean)}
              {told.zero > 0 ? `; to ${Math.round(100 * told.zero)} % it answers 0 or less.` : "."}
            </p>
            {told.looked < told.rows && <p className="in-note">{(told.rows - told.looked).toLocaleString("en")} more were not gone through.</p>}
            <div className="in-top">
              {told.samples.map((one) => (
                <button key={one.sample} type="button" aria-pressed={one.sample === sample} title={`Look at ${inWords(one.sample)}, row ${one.number.toLocaleString("en")} of the data`} onClick={() => look(one.sample)}>
                  <Sample told={one} />
                  <b>{shown(one.value)}</b>
                </button>
              ))}
            </div>
          </>
        )}
      </Shown>
    </>
  );
}

function Sample({ told }: { told: Seen }) {
  if (told.image) return <Image pixels={told.image} label={told.sample} />;
  if (told.text) return <q>{told.text}</q>;
  if (told.values) return <span>{told.values.map((value, i) => `${told.parts?.[i] ? `${told.parts[i]} ` : ""}${shown(value)}`).join(", ")}</span>;
  return <span>row {told.number.toLocaleString("en")}</span>;
}

function Image({ pixels, label }: { pixels: NonNullable<Seen["image"]>; label: string }) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const [rows, columns] = [pixels.length, pixels[0]?.length ?? 0];
  useLayoutEffect(() => {
    if (!rows || !columns) return;
    const data = new Uint8ClampedArray(4 * rows * columns);
    pixels.flat().forEach((pixel, i) => {
      const [red, green, blue] = Array.isArray(pixel) ? pixel : [pixel, pixel, pixel];
      data.set([red, green, blue, 255], 4 * i);
    });
    canvas.current?.getContext("2d")?.putImageData(new ImageData(data, columns), 0, 0);
  }, [pixels, rows, columns]);
  return <canvas ref={canvas} width={columns} height={rows} role="img" aria-label={label} />;
}
