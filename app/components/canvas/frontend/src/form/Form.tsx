// A form: groups of fields, those that are rarely needed folded away, and the faults that belong to no field.
import { Fragment, type ReactNode, useEffect, useRef, useState } from "react";
import { useSession } from "../context";
import type { Op } from "../fold";
import { Icon, TOOLS } from "../Icon";
import type { Field, Form, Group } from "./data";
import { FaultText } from "./FaultText";
import { FieldRow } from "./FieldRow";
import { isChosenAnew, shown } from "./values";

const unfolded = new Map<string, boolean>(); // of all forms of the page, by title: whoever opened it once wants it open

interface Props {
  form: Form;
  direction: "rows" | "line";
  unheard: Op[];
}

export function FormView({ form, direction, unheard }: Props) {
  const session = useSession();
  const box = useRef<HTMLDivElement>(null);
  const node = form.nodes?.length === 1 ? form.nodes[0] : null;
  useEffect(() => {
    if (!form.nodes) return;
    const find = (id: string) => (id === node ? (box.current?.querySelector<HTMLInputElement>("input") ?? null) : null);
    session.labelField = find;
    session.formOf = form.nodes.join();
    return () => {
      if (session.labelField !== find) return;
      session.labelField = () => null;
      session.formOf = "";
    };
  }, [session, form.nodes, node]);
  return (
    <div ref={box} className={`gb-form is-${direction}`} data-testid="form" data-form={form.key} data-unheard={unheard.length}>
      {form.faults.map((fault) => (
        <FaultText key={fault.text} fault={fault} node={node ?? undefined} />
      ))}
      {form.groups.map((group) => (
        <GroupView key={group.title} group={group} form={form.key} unheard={unheard} />
      ))}
    </div>
  );
}

function GroupView({ group, form, unheard }: { group: Group; form: string; unheard: Op[] }) {
  const fields = withChoices(group.fields, unheard);
  const often = fields.filter(({ more }) => !more);
  const rare = fields.filter(({ more }) => more);
  const row = (field: Field) => <FieldRow key={`${form} ${field.target.of} ${field.target.who ?? ""} ${field.name}`} field={field} unheard={unheard} />;
  return (
    <>
      {group.title && <h4>{group.title}</h4>}
      {often.map(row)}
      {rare.length > 0 && (
        <More title={group.title} faulty={rare.some(({ faults }) => faults.length > 0)}>
          {rare.map(row)}
        </More>
      )}
    </>
  );
}

/** The fields that a choice brings with it: Python's, or where another choice was just made, that one's own with their defaults. */
function withChoices(fields: Field[], unheard: Op[]): Field[] {
  const choices = fields.filter((field) => field.variants && isChosenAnew(field, unheard));
  const replaced = (field: Field) => field.target.who !== undefined && choices.some(({ variants }) => variants![field.target.who!]);
  return fields.flatMap((field) => {
    if (replaced(field)) return [];
    return choices.includes(field) ? [field, ...(field.variants![String(shown(field, unheard).value)] ?? [])] : [field];
  });
}

function More({ title, faulty, children }: { title: string; faulty: boolean; children: ReactNode }) {
  const [open, setOpen] = useState(unfolded.get(title) ?? false);
  const turn = () => {
    unfolded.set(title, !open);
    setOpen(!open);
  };
  return (
    <Fragment>
      <button type="button" className="gb-more" aria-expanded={open || faulty} onClick={turn} disabled={faulty}>
        <Icon path={TOOLS.unfold} />
        More
      </button>
      {(open || faulty) && children}
    </Fragment>
  );
}
