// A number as text. A whole one has steps, by button and by arrow key; where the bounds are near each other, a slider stands beside it.
import type { KeyboardEvent } from "react";
import { useRef, useState } from "react";
import { useDraft } from "./TextBox";
import type { ControlProps } from "./given";
import { isFaulty, placeOn, readNumber, type Track } from "./values";

interface Props extends ControlProps {
  slider: Track | null;
  steps?: boolean;
}

export function NumberBox(props: Props) {
  const { field, now, id, label, describedBy, refused, set, slider, steps } = props;
  const { text, type, commit, drop, isTyped } = useDraft(props);
  const box = useRef<HTMLInputElement>(null);
  const stepped = (by: number) => {
    const at = readNumber(text);
    if (at === null || now.mixed) return;
    const to = Math.max(field.low ?? -Infinity, Math.min(at + by, field.high ?? Infinity));
    drop();
    set(to);
  };
  const press = (event: KeyboardEvent) => {
    if (event.key === "Enter") commit();
    if (event.key === "Escape" && isTyped) {
      event.stopPropagation();
      drop();
    }
    const way = field.kind === "whole" ? { ArrowUp: 1, ArrowDown: -1 }[event.key] : undefined;
    if (!way) return;
    event.preventDefault();
    stepped(event.shiftKey ? 10 * way : way);
  };
  return (
    <>
      {slider && <Slider {...props} track={slider} text={text} drop={drop} />}
      <input
        ref={box}
        id={id}
        className="gb-box is-number"
        type="text"
        inputMode={steps ? "numeric" : "decimal"}
        aria-label={label}
        aria-describedby={describedBy}
        aria-invalid={refused || isFaulty(field)}
        autoComplete="off"
        spellCheck={false}
        maxLength={80}
        placeholder={now.mixed ? "mixed" : (field.none ?? "")}
        value={text}
        onChange={(event) => type(event.target.value)}
        onBlur={() => commit()}
        onKeyDown={press}
      />
      {steps && !slider && (
        <span className="gb-steps" aria-hidden="true">
          <button type="button" tabIndex={-1} title="One more" data-step="1" onClick={() => stepped(1)}>
            +
          </button>
          <button type="button" tabIndex={-1} title="One less" data-step="-1" onClick={() => stepped(-1)}>
            −
          </button>
        </span>
      )}
    </>
  );
}

interface SliderProps extends Props {
  track: Track;
  text: string;
  drop: () => void;
}

/** Moved it shows its place; let go it is one edit. */
function Slider({ field, now, label, set, track, text, drop }: SliderProps) {
  const [moving, setMoving] = useState<number | null>(null); // a place on the track
  const valueAt = (place: number) => (track.stops ? track.stops[place] : place);
  const done = () => {
    if (moving === null) return;
    setMoving(null);
    drop();
    set(valueAt(moving));
  };
  const typed = readNumber(text);
  const place = moving ?? placeOn(track, typed ?? (now.mixed ? track.low : (now.value as number | null)));
  const told = moving === null ? text : String(valueAt(moving) ?? "");
  return (
    <input
      type="range"
      tabIndex={-1} // the box beside it takes the same number from the keyboard
      aria-label={`${label}, slider`}
      aria-valuetext={told || field.none}
      title={told || field.none}
      min={track.low}
      max={track.high}
      step={track.step}
      value={place}
      onChange={(event) => setMoving(Number(event.target.value))}
      onPointerUp={done}
      onPointerCancel={done}
      onBlur={done}
      onKeyUp={done}
    />
  );
}
