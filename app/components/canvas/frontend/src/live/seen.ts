// What the pictures of the layers show: activations, or weights, gradients and updates of their variables.
import type { At } from "../walk";
import type { Distribution, RunRecord, Slice, Variable } from "./record";

export const SEEN = {
  activations: "Activations by layer",
  weights: "Weights by layer",
  gradients: "Gradients by layer",
  updates: "Updates by layer",
  health: "Health by layer",
} as const;

/** What is shown of every layer; health is a table. */
export type Seen = keyof typeof SEEN;

export type Ridged = Exclude<Seen, "health">;

const PARTS: Record<Exclude<Ridged, "activations">, (variable: Variable) => Distribution | null> = {
  weights: ({ weight }) => weight,
  gradients: ({ gradient }) => gradient,
  updates: ({ update }) => update,
};

/** One node's looks at one kind of numbers: the one in front, what was before it, all of them, and all that the axis reaches over. */
export interface Looks {
  now: Slice | null;
  slices: Slice[];
  all: Slice[];
  reach: Slice[];
}

/** variable: which of the node's, by name; its first where it has none of that name. beside: a run whose node of the same id has the same axis. */
export function looksOf(record: RunRecord, id: string, seen: Ridged, at: At, variable = "", beside?: RunRecord): Looks {
  const allOf = (record: RunRecord) => (seen === "activations" ? activations(record, id) : ofVariable(record, id, PARTS[seen], variable));
  const all = allOf(record);
  const known = at === null ? all : all.filter(({ step }) => step <= at);
  return { now: known.at(-1) ?? null, slices: known.slice(0, -1), all, reach: beside ? [...all, ...allOf(beside)] : all };
}

const inOrder = <Look extends { step: number }>({ slices, now }: { slices: Look[]; now: Look | null }): Look[] =>
  now && now.step !== slices.at(-1)?.step ? [...slices, now] : slices;

function activations(record: RunRecord, id: string): Slice[] {
  const kept = record.nodes.get(id);
  return kept ? inOrder(kept) : [];
}

function ofVariable(record: RunRecord, id: string, part: (variable: Variable) => Distribution | null, name: string): Slice[] {
  const kept = record.layers.get(id);
  if (!kept) return [];
  return inOrder(kept).flatMap(({ step, variables }) => {
    const variable = variables[name] ?? Object.values(variables)[0];
    const found = variable && part(variable);
    return found ? [{ ...found, step, dead: null }] : [];
  });
}

/** The names of a node's trained variables. */
export const variablesOf = (record: RunRecord, id: string): string[] => Object.keys(record.layers.get(id)?.now?.variables ?? {});
