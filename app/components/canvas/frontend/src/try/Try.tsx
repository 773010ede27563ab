// A trained network is given an input, and answers at once: what is entered, what comes of it, and how it moves with one number.
import { useEffect, useState } from "react";
import { useAnswer } from "../asks";
import { useCell } from "../cell";
import { type Given, keepSampleInLink, tries } from "../tries";
import { walks } from "../walk";
import { Answers } from "./Answers";
import type { Answer, Data, Entries, Entry, Moved, Spread } from "./data";
import { EntryOf } from "./EntryOf";
import { Samples } from "./Samples";
import { WhatIf } from "./WhatIf";

const WHILE_TRAINING_MS = 2000; // the newest weights are asked so often
const AGAIN_MS = 3000; // one that cannot be asked yet is asked again
const DEFAULT = "validation:0";

export function Try({ data }: { data: Data }) {
  const { run, path, active, project } = data;
  useState(() => walks.begin(run, data.step));
  const step = useCell(walks.at(run));
  const kept = tries.asked(project, data.sample || DEFAULT);
  const { sample, inputs } = useCell(kept);
  const [moves, setMoves] = useState<{ input: string; part: string } | null>(null);
  const [drops, setDrops] = useState(false);
  const [waits, setWaits] = useState(true);
  const [refused, setRefused] = useState("");
  const entries = useAnswer<Entries>(path, { kind: "entries" }, waits ? AGAIN_MS : 0);
  const ready = entries.answer;
  useEffect(() => setWaits(!ready), [ready]);
  const asked = { step, sample, inputs };
  const every = active && step === null ? WHILE_TRAINING_MS : 0;
  const found = useAnswer<Answer>(path, ready && { kind: "answer", ...asked }, every);
  const spread = useAnswer<Spread>(path, ready?.drops && drops ? { kind: "spread", ...asked } : null, every);
  const first = ready && firstPart(ready);
  const curve = moves ?? first;
  const moved = useAnswer<Moved>(path, ready && curve ? { kind: "moved", ...asked, ...curve } : null, every);
  const nodes = found.answer?.nodes;
  useEffect(() => {
    if (nodes) tries.nodes(run).set(nodes);
  }, [run, nodes]);
  useEffect(() => () => tries.nodes(run).set(null), [run]);
  const place = found.answer?.sample;
  useEffect(() => {
    tries.follow(project, data.led, data.sample);
  }, [data.led]);
  useEffect(() => {
    if (place && sample.startsWith("row:")) kept.set({ ...kept.get(), sample: `${place.part}:${place.index}` });
  }, [place, sample]);
  const choose = (chosen: string) => {
    setRefused("");
    kept.set({ sample: chosen, inputs: {} });
    keepSampleInLink(chosen);
  };
  const enter = (name: string, given: Given | null) => {
    setRefused("");
    const { [name]: _, ...others } = kept.get().inputs;
    kept.set({ sample: kept.get().sample, inputs: given ? { ...others, [name]: given } : others });
  };
  const isNew = !!ready?.inputs.every((entry) => isAnother(entry, inputs[entry.name]));
  const outputs = found.answer?.outputs.map((output) => (isNew ? { ...output, right: undefined, right_map: undefined } : output));
  const wrong = refused || entries.trouble || found.trouble;
  if (!ready) {
    return (
      <div className="ty-root">
        <p className="ty-empty" role="status">
          {entries.trouble || "The network is being made ready. This takes a few seconds."}
        </p>
      </div>
    );
  }
  return (
    <div className={ready.inputs.length === 1 ? "ty-root is-alone" : "ty-root"} data-testid="try" data-ready={!!found.answer}>
      <section className="ty-input" aria-label="What is entered">
        <Samples counts={ready.samples} told={sample} changed={Object.keys(inputs).length > 0} row={place?.number} onChoose={choose} />
        {ready.inputs.map((entry) => (
          <EntryOf
            key={entry.name}
            entry={entry}
            alone={ready.inputs.length === 1}
            path={path}
            asked={asked}
            given={inputs[entry.name] ?? null}
            fed={found.answer?.inputs[entry.name]}
            onGive={(given) => enter(entry.name, given)}
            colors={data.colors}
            onTrouble={setRefused}
            onMove={(part) => setMoves({ input: entry.name, part })}
          />
        ))}
      </section>
      <section className={found.trouble ? "ty-answer is-before" : "ty-answer"} aria-label="Answer">
        <header>
          <h3>Answer</h3>
          <span>{found.starting ? "is made ready again …" : told(data, found.answer, step)}</span>
          {ready.drops && (
            <button type="button" aria-pressed={drops} onClick={() => setDrops(!drops)} title="The same input 50 times, each time with other values dropped as in training: what stays the same, the network is sure of">
              With dropout on
            </button>
          )}
        </header>
        {(wrong || spread.trouble) && (
          <p className="ty-trouble" role="alert">
            {wrong || spread.trouble}
          </p>
        )}
        {found.answer?.notes.map((note) => (
          <p className="ty-note" key={note}>
            {note}
          </p>
        ))}
        {outputs && <Answers outputs={outputs} spread={drops ? spread.answer : null} changed={Object.keys(inputs).length > 0} colors={data.colors} />}
      </section>
      {curve && (
        <WhatIf entries={ready} chosen={curve} moved={moved.answer} onChoose={setMoves} onGive={(word) => enter(curve.input, given(kept.get().inputs[curve.input], curve.part, word))} colors={data.colors} />
      )}
    </div>
  );
}

/** Whether nothing of the sample is left in what was entered: then what was right of it says nothing. */
function isAnother(entry: Entry, given: Given | undefined): boolean {
  if (!given || "steps" in given) return false;
  return !("values" in given) || ("parts" in entry && entry.parts.every(({ name }) => name in given.values));
}

/** The first number or, without any, category that could be another. */
function firstPart({ inputs }: Entries): { input: string; part: string } | null {
  for (const way of ["numbers", "point", "words"]) for (const entry of inputs) if (entry.way === way && "parts" in entry) return { input: entry.name, part: entry.parts[0].name };
  return null;
}

/** What was entered, with one word another. */
const given = (before: Given | undefined, part: string, word: string): Given => ({ values: { ...(before && "values" in before ? before.values : {}), [part]: word } });

function told({ title, active }: Data, answer: Answer | null, step: number | null): string {
  if (answer?.step != null) return `${title}, ${step === null && active ? "now, " : ""}step ${answer.step.toLocaleString("en")}`;
  return title;
}
