// What Python says of a form, derived from what is declared there (graphbuilder/forms.py). Nothing here knows an operator or a setting.
import type { Spot } from "../evidence";
import type { Target } from "../fold";
import type { DockSize } from "../stage";
import type { Fault } from "../stores";

export type Value = number | string | boolean | null | Value[] | { [name: string]: Value };

export type Told = Omit<Fault, "code">;

/** help: the address of the page that tells of such faults. */
/** fix: the end of the text that says what to do, as a button beside it may, too. */
export type Listed = Told & { nodes: string[]; help: string; fix?: string; title?: string; evidence?: Spot[] };

/** node: the place of the one that it is about, "" for none. */
export interface Line {
  text: string;
  node: string;
}

export interface Field {
  name: string;
  label: string;
  kind: "whole" | "number" | "yes_no" | "choice" | "sizes" | "shape" | "regularizer" | "text" | "wholes" | "numbers" | "texts" | "words" | "matrix" | "chosen";
  value: Value; // of several nodes that differ: null
  mixed?: boolean;
  target: Target;
  help: string;
  when?: string;
  point?: string;
  more?: boolean;
  low?: number | null;
  high?: number | null;
  open_low?: boolean;
  open_high?: boolean;
  length?: number;
  marks?: string[]; // of several numbers: what each is
  longest?: number;
  none?: string; // what it means where it is left empty
  wide?: boolean; // its words are too long to stand beside the label
  empty?: string; // of several words: what it means where none is chosen
  unknown?: boolean; // sizes may be known only with the data: ?
  choices?: Record<string, string>;
  least?: number; // of several words: so many at least
  planes?: { size: number; words: Record<string, string> }; // of words: each over the plane, a letter a cell
  pictures?: Record<string, [number, number, number][]>; // of words of a choice, as points
  tints?: [string, string]; // that their points have
  word?: string; // of something chosen: what it is called
  inner?: Field[]; // and its own fields
  stops?: (number | null)[]; // of a slider that goes from one of these to the next
  steps?: boolean; // one more and one less by buttons, and no slider
  curve?: Curve;
  faults: Told[];
  /** For a choice that others hang on: the fields that come with each of its words. */
  variants?: Record<string, Field[]>;
}

/** What a setting comes to over the epochs of the run that would be started now. points: (epoch, value). */
export interface Curve {
  points: [number, number][];
  told: string;
}

export interface Form {
  key: string; // another form than before is drawn anew
  nodes?: string[]; // whose form it is
  groups: Group[];
  faults: Told[]; // those that belong to no field
}

export interface Group {
  title: string;
  fields: Field[];
}

/** A room of the screen and its panels, in order. */
export interface Room {
  name: string;
  panels: { name: string; label: string }[];
}

interface Common {
  id: string; // of the project
  acks: Record<string, number>;
}

export type Data = Common &
  (
    | { view: "form"; form: Form; direction: "rows" | "line" }
    | { view: "history"; undo: string | null; redo: string | null }
    | { view: "rooms"; rooms: Room[]; panel: string; size: DockSize; turn: number }
    | { view: "sizes"; panel: string; size: DockSize; turn: number }
    | { view: "faults"; faults: Listed[]; empty: string; direction?: "rows" | "line"; run?: string | null }
    | { view: "lines"; lines: Line[] }
  );
