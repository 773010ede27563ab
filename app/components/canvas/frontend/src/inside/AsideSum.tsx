// The sum of a place below its picture and, while that is walked over and the sum lies out of sight, beside the form as well.
import { useLayoutEffect, useRef } from "react";
import type { Tints } from "../picture";
import type { Sum } from "./data";
import { SumView } from "./SumView";

const GAP = 10;

interface Props {
  sum: Sum;
  tints: Tints;
  isLooked: boolean; // at its place, by a pointer or by keys
}

export function AsideSum({ sum, tints, isLooked }: Props) {
  const below = useRef<HTMLDivElement>(null);
  const aside = useRef<HTMLDivElement>(null);
  useLayoutEffect(() => {
    const form = (below.current?.getRootNode() as ShadowRoot).host?.closest(".st-key-inspector_body")?.getBoundingClientRect();
    const over = aside.current;
    if (!form || !over) return;
    const isHidden = below.current!.getBoundingClientRect().bottom > form.bottom;
    over.togglePopover?.(isLooked && isHidden);
    Object.assign(over.style, { right: `${innerWidth - form.left + GAP}px`, bottom: `${innerHeight - form.bottom + GAP}px` });
  }, [sum, isLooked]);
  return (
    <>
      <div ref={below} data-testid="sum" aria-live="polite">
        <SumView sum={sum} tints={tints} />
      </div>
      <div ref={aside} className="in-aside" popover="manual" aria-hidden="true" data-testid="sum-aside">
        <SumView sum={sum} tints={tints} isWide />
      </div>
    </>
  );
}
