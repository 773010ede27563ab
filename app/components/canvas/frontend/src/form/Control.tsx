// The control of a field, by its kind. One of several things, such as a way to draw weights or an operator inside an operator, has
// controls of its own below it.
import { Choice, Words } from "./Choice";
import type { ControlProps } from "./given";
import type { Field, Value } from "./data";
import { Help } from "./Help";
import { NumberBox } from "./NumberBox";
import { Planes } from "./Planes";
import { Lines, TextBox } from "./TextBox";
import { argsOf, sliderOf, withArg, wordOf } from "./values";

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

function Chosen(props: ControlProps) {
  const { field, now, set } = props;
  const word = now.mixed ? "" : wordOf(now.value, field);
  const inner = !now.mixed && word === field.word ? (field.inner ?? []) : []; // of another word they come with the answer
  const usual = inner.filter(({ more }) => !more);
  const rare = inner.filter(({ more }) => more);
  const row = (own: Field) => <Inner key={own.name} {...props} own={own} place={inner.indexOf(own)} />;
  return (
    <>
      {Object.keys(field.choices ?? {}).length > 1 && <Choice {...props} now={{ value: word, mixed: now.mixed }} set={(to) => set(to === "" ? null : to)} />}
      {usual.map(row)}
      {rare.length > 0 && (
        <details className="gb-rare">
          <summary>More</summary>
          {rare.map(row)}
        </details>
      )}
    </>
  );
}

const PARTS = 100; // more than any field has boxes

function Inner({ own, place, ...props }: ControlProps & { own: Field; place: number }) {
  const { field, now } = props;
  const id = `${props.id}-${own.name}`;
  const part = (place + 1) * PARTS;
  const value = argsOf(now.value)[own.name] ?? own.value;
  const set = (changed: Value, of = 0) => props.set(withArg(field, now.value, own.name, changed), part + of);
  return (
    <div className={`gb-inner is-${own.kind}`} data-inner={own.name}>
      <span className="gb-name">
        <label htmlFor={id}>{own.label}</label>
        <Help field={own} id={`${id}-help`} asked={false} />
      </span>
      <div className="gb-control">
        <Control
          {...props}
          field={{ ...own, target: field.target }}
          now={{ value, mixed: false }}
          id={id}
          label={`${props.label} ${own.label}`}
          describedBy={`${id}-help ${props.describedBy}`}
          refused={Object.entries(props.refusals).some(([at, why]) => why && Math.floor(Number(at) / PARTS) === place + 1)}
          refusals={partsOf(props.refusals, part)}
          set={set}
          refuse={(why, of = 0) => props.refuse(why, part + of)}
        />
      </div>
    </div>
  );
}

const partsOf = (refusals: Record<number, string>, from: number) =>
  Object.fromEntries(Object.entries(refusals).flatMap(([at, why]) => (Number(at) >= from && Number(at) < from + PARTS ? [[Number(at) - from, why]] : [])));
