// One of several things, such as a way to draw weights or an operator inside an operator: its word, and below it the fields of its own.
import { Choice } from "./Choice";
import type { Field, Value } from "./data";
import { Control, type ControlProps } from "./FieldRow";
import { Help } from "./Help";
import { argsOf, withArg, wordOf } from "./values";

export function Chosen(props: ControlProps) {
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
