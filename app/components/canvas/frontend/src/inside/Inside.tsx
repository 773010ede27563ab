// What is inside one node of a trained network: its weights, what it makes of a sample, and which samples it answers most to.
import { useState } from "react";
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
  return (
    <div className="in-root" data-testid="inside" data-node={data.node}>
      <Seen key={`${data.run} ${data.node}`} data={data} />
    </div>
  );
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
