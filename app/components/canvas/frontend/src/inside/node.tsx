// What every view of a node's inside asks and shows alike: of which sample, at which step, and the pictures on its card.
import { type ReactNode, useEffect } from "react";
import { type Answered, useAnswer } from "../asks";
import { useCell } from "../cell";
import { ON_A_CARD, pictured } from "../pictured";
import { askedOf, keepSampleInLink } from "../tries";
import { walks } from "../walk";
import type { Counts, Data, Pictures } from "./data";

const NEWEST_MS = 2000; // while a training goes on, what is followed is asked so often

/** unit: the channel that is looked at in every view; null before one was chosen. */
export interface ViewProps {
  data: Data;
  unit: number | null;
  choose: (unit: number) => void;
}

/** Asks about the node at the step that the run is walked to. */
export function useNode<Answer>(data: Data, kind: string, more: Record<string, unknown> | null): Answered<Answer> {
  const step = useCell(walks.at(data.run));
  return useAnswer<Answer>(data.path, more && { kind, node: data.node, step, ...more }, data.active && step === null ? NEWEST_MS : 0);
}

/** The same of the input that is looked at everywhere on the page: a sample of the data, or what was entered by hand. */
export function useNodeOf<Answer>(data: Data, kind: string, more: Record<string, unknown> | null = {}): Answered<Answer> {
  const { sample, inputs } = useCell(askedOf(data.project));
  return useNode<Answer>(data, kind, more && { sample, inputs, ...more });
}

/** Looks at another sample everywhere on the page. */
export function useSample(data: Data): [string, (sample: string) => void] {
  const asked = askedOf(data.project);
  const choose = (sample: string) => {
    asked.set({ sample, inputs: {} });
    keepSampleInLink(sample);
  };
  return [useCell(asked).sample, choose];
}

/** Shows the first of these pictures on the node's card, for as long as they are looked at. */
export function useOnCard(data: Data, told: Pictures | null, what: string): void {
  const { node, tints } = data;
  useEffect(() => {
    pictured.set(node, told?.pictures.length ? { tiles: told.pictures.slice(0, ON_A_CARD), of: told.of, what, tints } : undefined);
  }, [node, told, what, tints]);
  useEffect(() => () => pictured.set(node, undefined), [node]);
}

/** The answer drawn, else why there is none. */
export function Shown<Answer>({ answered, children }: { answered: Answered<Answer>; children: (answer: Answer) => ReactNode }) {
  const { answer, trouble } = answered;
  if (trouble)
    return (
      <p className="in-trouble" role="alert">
        {trouble}
      </p>
    );
  return answer ? children(answer) : <p className="in-note">Opening the network …</p>;
}

/** counts: null before they are known. */
export function SampleChoice({ data, counts }: { data: Data; counts: Counts | null }) {
  const [sample, choose] = useSample(data);
  const { inputs } = useCell(askedOf(data.project));
  const [part, index] = sample.split(":") as [keyof Counts, string];
  const last = counts?.[part] ? counts[part] - 1 : Infinity;
  const at = Number(index);
  const go = (to: number) => choose(`${part}:${Math.max(0, Math.min(last, to))}`);
  return (
    <div className="in-sample" role="group" aria-label="Sample">
      <select aria-label="Part of the data" value={part} onChange={({ target }) => choose(`${target.value}:0`)}>
        <option value="validation">Validation</option>
        <option value="train">Training</option>
        {part === "row" && <option value="row">Row</option>}
      </select>
      <button type="button" aria-label="Sample before" disabled={at <= 0} onClick={() => go(at - 1)}>
        ‹
      </button>
      <input aria-label="Number of the sample" type="number" min={1} max={last + 1} value={at + 1} onChange={({ target }) => target.value !== "" && go(Number(target.value) - 1)} />
      <button type="button" aria-label="Sample behind" disabled={at >= last} onClick={() => go(at + 1)}>
        ›
      </button>
      {Object.keys(inputs).length > 0 && <span className="in-note">as entered in Try</span>}
    </div>
  );
}
