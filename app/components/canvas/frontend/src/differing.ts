// What another network has otherwise.
export type State = "changed" | "added" | "gone";

/** Of one level. Wires lead from and to cards and ghosts, by id. */
export interface Differing {
  marks: Record<string, { state: State; words: string }>;
  ghosts: { id: string; title: string; x: number; y: number; state: State; words: string }[];
  wires: { from: string; to: string; state: State }[];
}
