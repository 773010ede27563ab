// The live histogram of a layer's activations along the foot of its card; an empty place of the same size until training runs.
import { useSyncExternalStore } from "react";
import { Cell, useCell, useCellPart } from "./cell";
import { useNote, useSession } from "./context";
import { evidence, seenOf } from "./evidence";
import type { Flow } from "./flows";
import { FaultIcon } from "./Icon";
import { short } from "./live/words";
import { useFlow } from "./useFlow";
import type { Strip } from "./stores";
import { onACard, pictured } from "./pictured";
import { TriedStrip } from "./TriedStrip";
import { tries, type Smalls } from "./tries";
import { CardPictures, UnitTiles } from "./UnitTiles";

const WIDTH = 120;
const HEIGHT = 24;

const NOTHING = new Cell<Smalls | null>(null);

export function StripPlot({ id }: { id: string }) {
  const session = useSession();
  const { strips } = session;
  const run = useCell(session.run);
  const flow = useFlow(id);
  const probed = useNote(id)?.probed ?? id;
  const strip = useSyncExternalStore(
    (listener) => strips.subscribe(probed, listener),
    () => strips.get(probed),
  );
  const tried = useCellPart(run ? tries.nodes(run.id) : NOTHING, (all) => all?.[probed]);
  const seen = useSyncExternalStore(
    (listener) => pictured.subscribe(probed, listener),
    () => pictured.get(probed),
  );
  const shown = useCellPart(session.shown, (all) => all.values?.[probed]);
  const weights = useCellPart(session.shown, (all) => all.weights?.[probed]);
  const showing = useCell(session.showing);
  const found = useCellPart(evidence.of(run?.id ?? ""), (all) => seenOf(all, probed).join("\n"));
  if (seen && !flow)
    return (
      <div className="nn-strip">
        <CardPictures {...seen} label={`${Math.min(seen.tiles.length, onACard(seen.of))} of ${seen.of} ${seen.what}s, as they are looked at`} />
      </div>
    );
  if (showing === "weights" && run?.asks && !flow)
    return (
      <div className="nn-strip is-tried">
        {weights && run.tints && <CardPictures {...weights} tints={run.tints} label={`${Math.min(weights.tiles.length, onACard(weights.of))} of ${weights.of}: each a ${weights.what}`} />}
      </div>
    );
  const values = tried ?? shown;
  if (values && !flow)
    return (
      <div className="nn-strip is-tried">
        <TriedStrip small={values} tint={run?.tints?.[1] ?? "#0072b2"} />
      </div>
    );
  return (
    <div className="nn-strip">
      {found && <Found told={found} />}
      {strip?.tiles && run && !flow && <UnitTiles {...strip.tiles} isMarked={!!found} run={run.id} node={probed} />}
      {strip && (flow || !strip.tiles) && (
        <>
          <svg viewBox={`0 0 ${WIDTH} ${HEIGHT}`} preserveAspectRatio="none" aria-hidden="true">
            <path d={outlineOf(strip.bins)} />
          </svg>
          {flow ? <Gradient {...flow} /> : <Words {...strip} />}
        </>
      )}
    </div>
  );
}

/** That something was found here in training, which the list over the curves tells. */
function Found({ told }: { told: string }) {
  return (
    <span className="nn-found" title={told} data-testid="found">
      <FaultIcon severity="warning" />
      <span className="nn-unseen">{told}</span>
    </span>
  );
}

/** What comes back to the layer's output, while the wires show the way back: many wires are too short to say it. */
function Gradient({ norm, word }: Flow) {
  return (
    <>
      <span className="nn-mean" title="Norm of the gradient that comes back to this output">{`∇ ${norm}`}</span>
      {word && <span className="nn-dead is-many">{word}</span>}
    </>
  );
}

/** The histogram's steps as one closed path; the highest bin fills the height. */
export function outlineOf(bins: number[]): string {
  const top = Math.max(...bins, 1e-12);
  const step = WIDTH / bins.length;
  const steps = bins.map((count, i) => `V${round(HEIGHT * (1 - count / top))}H${round((i + 1) * step)}`);
  return `M0 ${HEIGHT}${steps.join("")}V${HEIGHT}Z`;
}

const round = (value: number) => Math.round(value * 10) / 10;

const MANY_DEAD = 0.1; // from here on it is marked

function Words({ mean, dead }: Strip) {
  const share = `${dead < 0.01 ? "<1" : Math.round(dead * 100)} %`;
  return (
    <>
      <span className="nn-mean">{`mean ${short(mean)}`}</span>
      {dead > 0 && (
        <span className={dead < MANY_DEAD ? "nn-dead" : "nn-dead is-many"} title={`${share} of the units answer zero on all rows that were looked at`}>
          {`${share} dead`}
        </span>
      )}
    </>
  );
}
