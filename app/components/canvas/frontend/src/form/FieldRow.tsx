// One field: its label with help, the control of its kind, and what is wrong with it.
import { type KeyboardEvent, useEffect, useId, useState } from "react";
import { useSession } from "../context";
import type { Op } from "../fold";
import { Choice, Words } from "./Choice";
import { Chosen } from "./Chosen";
import { Curve } from "./Curve";
import type { Field, Value } from "./data";
import { FaultText } from "./Form";
import { Help } from "./Help";
import { NumberBox } from "./NumberBox";
import { Planes } from "./Planes";
import { Lines, TextBox } from "./TextBox";
import { same, shown, sliderOf, type Shown } from "./values";

const STEPPED = new Set<Field["kind"]>(["whole", "number", "sizes", "shape", "regularizer", "text", "wholes", "numbers", "texts", "matrix"]); // the rest is chosen

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

export function FieldRow({ field, unheard }: { field: Field; unheard: Op[] }) {
  const session = useSession();
  const id = useId();
  const [refusals, setRefusals] = useState<Record<number, string>>({});
  const [help, setHelp] = useState(false); // asked for by key
  const now = shown(field, unheard);
  const refuse = (why: string, part = 0) => setRefusals((before) => ({ ...before, [part]: why }));
  const refused = Object.values(refusals).filter(Boolean);
  const told = refused.join("\n");
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
      {(refused.length > 0 || field.faults.length > 0) && (
        <div id={`${id}-told`} className="gb-told">
          {refused.map((why) => (
            <div key={why} className="gb-fault is-error" role="alert">
              {why}
            </div>
          ))}
          {field.faults.map((fault) => (
            <FaultText key={fault.text} fault={fault} node={field.target.ids?.[0]} />
          ))}
        </div>
      )}
    </div>
  );
}

export function Control(props: ControlProps) {
  const { field, now, set } = props;
  switch (field.kind) {
    case "whole":
      return <NumberBox {...props} slider={field.steps ? null : sliderOf(field)} steps />;
    case "number":
      return <NumberBox {...props} slider={sliderOf(field)} />;
    case "yes_no":
      return <Switch {...props} />;
    case "choice":
      return <Choice {...props} />;
    case "chosen":
      return <Chosen {...props} />;
    case "texts":
    case "matrix":
      return <Lines {...props} />;
    case "words":
      return field.planes ? <Planes {...props} planes={field.planes} /> : <Words {...props} />;
    case "sizes":
      if (field.none !== undefined) return <TextBox {...props} />;
      return (
        <Several
          {...props}
          names={((now.value as number[] | null) ?? [0]).map((_, place) => partName(field, place))}
          marks={field.marks}
          values={(now.value as number[] | null) ?? []}
          between="×"
          kind="whole"
          put={set}
        />
      );
    case "regularizer": {
      const weights = (now.value ?? { l1: 0, l2: 0 }) as Record<string, number>;
      const parts = Object.keys(weights);
      return (
        <Several
          {...props}
          names={parts.map((part) => `${field.label} ${part.toUpperCase()}`)}
          marks={parts.map((part) => part.toUpperCase())}
          values={Object.values(weights)}
          kind="number"
          put={(values, part) => set(Object.fromEntries(parts.map((name, place) => [name, values[place]])), part)}
        />
      );
    }
    default:
      return <TextBox {...props} />;
  }
}

interface SeveralProps extends ControlProps {
  names: string[];
  marks?: string[];
  values: number[];
  between?: string;
  kind: "whole" | "number";
  put: (values: number[], part: number) => void;
}

const partName = ({ label, marks }: Field, place: number) => (marks ? `${label} ${marks[place]}` : place ? `${label} ${place + 1}` : label);

/** Numbers that belong together, each in a box of its own; where the nodes differ, one box takes them all. */
function Several({ names, marks, values, between, kind, put, ...props }: SeveralProps) {
  if (props.now.mixed || !values.length) return <TextBox {...props} />;
  return values.map((value, place) => (
    <span key={place} className="gb-part">
      {marks ? <i aria-hidden="true">{marks[place]}</i> : place > 0 && <i aria-hidden="true">{between}</i>}
      <NumberBox
        {...props}
        id={place ? `${props.id}-${place}` : props.id}
        label={names[place]}
        field={{ ...props.field, kind, label: names[place] }}
        now={{ value, mixed: false }}
        slider={null}
        refused={!!props.refusals[place]}
        refuse={(why) => props.refuse(why, place)}
        set={(changed) => put(values.map((one, at) => (at === place ? (changed as number) : one)), place)}
      />
    </span>
  ));
}

function Switch({ now, id, label, describedBy, set }: ControlProps) {
  return (
    <span className="gb-switch">
      <input
        id={id}
        type="checkbox"
        role="switch"
        aria-label={label}
        aria-describedby={describedBy}
        checked={now.value === true}
        ref={(box) => {
          if (box) box.indeterminate = now.mixed;
        }}
        onChange={(event) => set(event.target.checked)}
      />
      {now.mixed && <em>mixed</em>}
    </span>
  );
}
