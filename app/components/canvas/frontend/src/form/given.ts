// What a control of a form is given.
import type { Field, Value } from "./data";
import type { Shown } from "./values";

export interface ControlProps {
  field: Field;
  now: Shown;
  id: string;
  label: string;
  describedBy: string;
  refused: boolean; // what was typed last is no value of this field
  refusals: Record<number, string>; // why, by the part that it was typed into
  set: (value: Value, part?: number) => void;
  refuse: (why: string, part?: number) => void; // part: of several boxes, the one that it was typed into
}
