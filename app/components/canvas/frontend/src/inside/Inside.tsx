// What is inside one node of a trained network: its weights, what it makes of a sample, and which samples it answers most to.
import { useEffect, useRef, useState } from "react";
import { walks } from "../walk";
import { AttentionView } from "./AttentionView";
import type { Data, View } from "./data";
import { MapsView } from "./MapsView";
import { PlaneView } from "./PlaneView";
import { TopView } from "./TopView";
import { VectorsView } from "./VectorsView";
import { WeightsView } from "./WeightsView";

const TITLES: Record<View, string> = { maps: "Values", weights: "Weights", top: "Samples", attention: "Looks at", embedding: "Names", units: "Plane" };
const VIEWS = { maps: MapsView, weights: WeightsView, top: TopView, attention: AttentionView, embedding: VectorsView, units: PlaneView };

export function Inside({ data }: { data: Data }) {
  const root = useRef<HTMLDivElement>(null);
  useEffect(() => showWhole(root.current!), []);
  return (
    <div ref={root} className="in-root" data-testid="inside" data-node={data.node}>
      <Seen key={`${data.run} ${data.node}`} data={data} />
    </div>
  );
}

const FILLS_MS = 5000;

/** What was pressed last, on the way up from it; nothing of it once a hand scrolls. */
let pressedLast: EventTarget[] | null = null;
for (const kind of ["pointerdown", "keydown", "wheel", "touchmove"]) {
  const isPress = kind === "pointerdown" || kind === "keydown";
  document.addEventListener(kind, (event) => void (pressedLast = isPress ? event.composedPath() : []), { capture: true, passive: true });
}

/** Brings what somebody just unfolded to the top of the form, where it lies at the end, mostly out of sight: at once, and while it fills,
 * until a hand does anything else. An answer that comes later, or draws this anew, moves nothing under it. */
function showWhole(root: HTMLElement): (() => void) | undefined {
  const section = (root.getRootNode() as ShadowRoot).host?.closest<HTMLElement>("[data-testid=stExpander]");
  const pressed = document.activeElement;
  if (!section?.contains(pressed)) return;
  const until = Date.now() + FILLS_MS;
  const isNewest = () => document.activeElement === pressed && Date.now() < until && (!pressedLast || pressedLast.includes(pressed!));
  const watch = new ResizeObserver(() => (isNewest() ? section.scrollIntoView({ block: "start" }) : watch.disconnect()));
  watch.observe(root);
  return () => watch.disconnect();
}

function Seen({ data }: { data: Data }) {
  const [chosen, turn] = useState<View>(data.views[0]);
  const [unit, choose] = useState<number | null>(null);
  walks.begin(data.run, data.step);
  const view = data.views.includes(chosen) ? chosen : data.views[0];
  const Body = VIEWS[view];
  return (
    <>
      {data.views.length > 1 && (
        <div className="in-views" role="tablist" aria-label="What is seen">
          {data.views.map((one) => (
            <button key={one} type="button" role="tab" aria-selected={one === view} onClick={() => turn(one)}>
              {TITLES[one]}
            </button>
          ))}
        </div>
      )}
      {data.note && <p className="in-note">{data.note}</p>}
      <Body data={data} unit={unit} choose={choose} />
    </>
  );
}
