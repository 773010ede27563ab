// What lies over the whole page, out of every panel that scrolls: the browser's top layer, at a place of ours.
import { useLayoutEffect, useRef } from "react";

interface Place {
  left: number;
  top: number;
  maxHeight?: number;
  minWidth?: number;
}

const GAP = 6;
const EDGE = 8;

export function useOnTop(placeFor: (box: HTMLElement) => Place) {
  const ref = useRef<HTMLDivElement>(null);
  useLayoutEffect(() => {
    const box = ref.current!;
    box.showPopover?.();
    // Measured at its full height it would go back to its top, away from under the pointer.
    const scrolled = [box, ...box.querySelectorAll("ul")].map((one) => [one, one.scrollTop] as const);
    const { left, top, maxHeight, minWidth } = placeFor(box);
    Object.assign(box.style, {
      left: `${left}px`,
      top: `${top}px`,
      maxHeight: maxHeight === undefined ? "" : `${maxHeight}px`,
      minWidth: minWidth === undefined ? "" : `${minWidth}px`,
    });
    for (const [one, top] of scrolled) one.scrollTop = top;
  });
  return ref;
}

/** Under the mark, inside the window; over it where there is more room. */
export function beside(mark: DOMRect, box: HTMLElement): Place {
  const { offsetWidth: width, offsetHeight: height } = box;
  const left = Math.max(EDGE, Math.min(mark.left - 12, innerWidth - width - EDGE));
  const below = mark.bottom + GAP;
  return { left, top: below + height > innerHeight - EDGE ? Math.max(EDGE, mark.top - GAP - height) : below };
}

/** A list that hangs at its button, as high as there is room for. */
export function hanging(button: DOMRect, box: HTMLElement): Place {
  box.style.maxHeight = "none";
  const height = Math.min(box.scrollHeight, 340);
  const room = { below: innerHeight - button.bottom - GAP - EDGE, above: button.top - GAP - EDGE };
  const up = room.below < Math.min(height, 180) && room.above > room.below;
  const maxHeight = Math.min(height + 2, up ? room.above : room.below);
  const left = Math.max(EDGE, Math.min(button.left, innerWidth - Math.max(box.offsetWidth, button.width) - EDGE));
  return { left, top: up ? button.top - GAP - maxHeight : button.bottom + 2, maxHeight, minWidth: button.width };
}
