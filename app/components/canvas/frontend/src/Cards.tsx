// What the cards show at their foot is chosen in the row of tools, and beside it which sample it is of.
import { useCell } from "./cell";
import { useSession } from "./context";
import { Icon, TOOLS } from "./Icon";
import type { Showing } from "./shown";
import { askedOf, inWords, keepSampleInLink } from "./tries";

const CHOICES: Record<Showing, { icon: string; says: string }> = {
  training: { icon: TOOLS.histogram, says: "Cards: what training saw of each node" },
  values: { icon: TOOLS.maps, says: "Cards: what each node gives for the sample that is looked at" },
  weights: { icon: TOOLS.kernels, says: "Cards: the weights of each node" },
};

export function CardsChoice() {
  const { showing, run } = useSession();
  const now = useCell(showing);
  const has = !!useCell(run)?.asks;
  return (
    <>
    <div className="nn-ways" role="group" aria-label="What the cards show">
      {(Object.keys(CHOICES) as Showing[]).map((one) => {
        const isOff = one !== "training" && !has;
        const says = isOff ? `${CHOICES[one].says}: here once it is trained` : CHOICES[one].says;
        return (
          <button key={one} type="button" title={says} aria-label={says} aria-pressed={has ? now === one : one === "training"} aria-disabled={isOff} onClick={() => isOff || showing.set(one)}>
            <Icon path={CHOICES[one].icon} />
          </button>
        );
      })}
    </div>
    {has && now === "values" && <SampleOfCards />}
    </>
  );
}

/** Why the cards show nothing, above the tools. */
export function CardsTold() {
  const session = useSession();
  const showing = useCell(session.showing);
  const has = !!useCell(session.run)?.asks;
  const { trouble } = useCell(session.shown);
  if (!has || showing === "training" || !trouble) return null;
  return (
    <p className="nn-cards-told" role="status" data-testid="cards-told">
      {trouble}
    </p>
  );
}

/** Of which sample the values are, and the one before and after. */
function SampleOfCards() {
  const session = useSession();
  const asked = askedOf(session.id);
  const { sample, inputs } = useCell(asked);
  const [part, number] = sample.split(":");
  const go = (by: number) => {
    const chosen = `${part}:${Math.max(0, Number(number) + by)}`;
    asked.set({ sample: chosen, inputs: {} });
    keepSampleInLink(chosen);
  };
  const says = `Values of ${inWords(sample)}${Object.keys(inputs).length ? ", as entered in Try" : ""}`;
  return (
    <div className="nn-ways nn-cards-sample" role="group" aria-label={says} title={says}>
      <button type="button" aria-label="Sample before on cards" disabled={number === "0"} onClick={() => go(-1)}>
        ‹
      </button>
      <output>{Number(number) + 1}</output>
      <button type="button" aria-label="Sample after on cards" onClick={() => go(1)}>
        ›
      </button>
    </div>
  );
}
