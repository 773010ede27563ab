// The line between the network and the panels: dragged, or moved by the arrow keys; a double press gives the usual division back.
import { type KeyboardEvent, type PointerEvent, useEffect, useState } from "react";
import { divide, keepDivision, lengthOf, type Split } from "../stage";

const STEP = 24; // pixels for an arrow key
const PAGE = 120;

export function Splitter({ split }: { split: Split }) {
  const share = useShare(split);
  const isLow = split === "room";
  const set = (pixels: number) => divide(split, (100 * pixels) / extent(split));
  const keep = () => keepDivision(split, (100 * lengthOf(`--${split}`)) / extent(split));
  const drag = (event: PointerEvent<HTMLElement>) => {
    if (event.button) return;
    const line = event.currentTarget;
    line.setPointerCapture(event.pointerId);
    const start = lengthOf(`--${split}`);
    const from = isLow ? event.clientY : event.clientX;
    const move = (now: globalThis.PointerEvent) => set(isLow ? start + from - now.clientY : start + now.clientX - from);
    const end = () => {
      line.removeEventListener("pointermove", move);
      line.removeEventListener("lostpointercapture", end);
      keep();
    };
    line.addEventListener("pointermove", move);
    line.addEventListener("lostpointercapture", end);
  };
  const press = (event: KeyboardEvent) => {
    const far = event.key.startsWith("Page") ? PAGE : STEP;
    const grow = { ArrowUp: isLow ? 1 : 0, ArrowDown: isLow ? -1 : 0, ArrowRight: isLow ? 0 : 1, ArrowLeft: isLow ? 0 : -1, PageUp: 1, PageDown: -1 }[event.key];
    if (event.key === "Home") set(0);
    else if (event.key === "End") set(extent(split));
    else if (grow) set(lengthOf(`--${split}`) + grow * far);
    else return;
    event.preventDefault();
    event.stopPropagation();
    keep();
  };
  const reset = () => {
    divide(split, null);
    keepDivision(split, null);
  };
  return (
    <div
      className={`gb-splitter is-${split}`}
      role="separator"
      tabIndex={0}
      aria-label={isLow ? "Height of the panels" : "Width of the network"}
      aria-orientation={isLow ? "horizontal" : "vertical"}
      aria-valuenow={share}
      aria-valuemin={0}
      aria-valuemax={100}
      title="Drag, or press the arrow keys. A double press gives the usual division back."
      data-testid="splitter"
      onPointerDown={drag}
      onKeyDown={press}
      onDoubleClick={reset}
    />
  );
}

const extent = (split: Split) => (split === "room" ? window.innerHeight : window.innerWidth);

/** The share of the window as it is, which bounds may have made another one than was asked for. */
function useShare(split: Split): number {
  const [share, setShare] = useState(0);
  useEffect(() => {
    const read = () => setShare(Math.round((100 * lengthOf(`--${split}`)) / extent(split)));
    read();
    const watch = new MutationObserver(read);
    watch.observe(document.documentElement, { attributeFilter: ["style"] });
    window.addEventListener("resize", read);
    return () => {
      watch.disconnect();
      window.removeEventListener("resize", read);
    };
  }, [split]);
  return share;
}
