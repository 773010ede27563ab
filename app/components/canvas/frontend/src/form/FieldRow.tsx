// One field: its label with help, the control of its kind, and what is wrong with it.
import { type KeyboardEvent, useEffect, useId, useState } from "react";
import { useCell } from "../cell";
import { useSession } from "../context";
import type { Op } from "../fold";
import { Control } from "./Control";
import { Curve } from "./Curve";
import type { ControlProps } from "./given";
import type { Field, Value } from "./data";
import { FaultText } from "./FaultText";
import { Help } from "./Help";
import { isChosenAnew, notSaved, same, shown } from "./values";

const STEPPED = new Set<Field["kind"]>(["whole", "number", "sizes", "shape", "regularizer", "text", "wholes", "numbers", "texts", "matrix"]); // the rest is chosen

export function FieldRow({ field, unheard }: { field: Field; unheard: Op[] }) {
  const session = useSession();
  const id = useId();
  const [refusals, setRefusals] = useState<Record<number, string>>({});
  const [help, setHelp] = useState(false); // asked for by key
  const now = shown(field, unheard);
  const refuse = (why: string, part = 0) => setRefusals((before) => ({ ...before, [part]: why }));
  const refused = Object.values(refusals).filter(Boolean);
  const told = refused.join("\n");
  const waits = useCell(session.trouble) !== null && isChosenAnew(field, unheard);
  useEffect(() => {
    session.refuse(id, told ? told.split("\n") : []);
    return () => session.refuse(id, []);
  }, [session, id, told]);
  const set = (value: Value, part = 0) => {
    refuse("", part);
    if (now.mixed || !same(value, now.value)) session.enter(field.target, field.name, value, STEPPED.has(field.kind));
  };
  const control: ControlProps = { field, now, id, label: field.label, describedBy: `${id}-help ${id}-told`, refused: refused.length > 0, refusals, set, refuse };
  const press = (event: KeyboardEvent) => {
    if (event.key === "F1") setHelp(!help);
    else if (event.key === "Escape" && help) setHelp(false);
    else return;
    event.preventDefault();
    event.stopPropagation();
  };
  const [, words, unit] = /^(.*?)( \([^()]+\))?$/.exec(field.label)!;
  return (
    <div className={`gb-row is-${field.kind}${field.marks ? " is-marked" : ""}${field.wide ? " is-wide" : ""}${field.stops ? " has-stops" : ""}`} data-field={field.name} onKeyDownCapture={press} onBlur={() => setHelp(false)}>
      <div className="gb-name">
        <label htmlFor={id}>
          {words}
          {unit && <small>{unit}</small>}
        </label>
        <Help field={field} id={`${id}-help`} asked={help} />
      </div>
      <div className="gb-control">
        <Control {...control} />
      </div>
      {field.curve && <Curve label={field.label} curve={field.curve} />}
      {(refused.length > 0 || waits || field.faults.length > 0) && (
        <div id={`${id}-told`} className="gb-told">
          {refused.map((why) => (
            <div key={why} className="gb-fault is-error" role="alert">
              {why}
            </div>
          ))}
          {waits && <div className="gb-waits">{notSaved(field)}</div>}
          {field.faults.map((fault) => (
            <FaultText key={fault.text} fault={fault} node={field.target.ids?.[0]} />
          ))}
        </div>
      )}
    </div>
  );
}
