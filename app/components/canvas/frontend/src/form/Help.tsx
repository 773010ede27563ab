// Help at a label, by pointer or touch, or by F1 in its field: it has no stop of Tab of its own. Who hears the page hears it at the field.
import { useRef, useState } from "react";
import type { Field } from "./data";
import { beside, useOnTop } from "./onTop";

export function Help({ field, id, asked }: { field: Field; id: string; asked: boolean }) {
  const mark = useRef<HTMLSpanElement>(null);
  const [open, setOpen] = useState(false);
  return (
    <>
      <span
        ref={mark}
        className="gb-help"
        aria-hidden="true"
        onPointerEnter={({ pointerType }) => pointerType === "mouse" && setOpen(true)}
        onPointerLeave={() => setOpen(false)}
        onClick={() => setOpen(!open)}
      >
        ?
      </span>
      <span id={id} className="gb-unseen">
        {[field.help, field.when, field.point].filter(Boolean).join(" ")}
      </span>
      {(open || asked) && <Tip field={field} mark={mark.current!} />}
    </>
  );
}

function Tip({ field, mark }: { field: Field; mark: HTMLElement }) {
  const tip = useOnTop((box) => beside(mark.getBoundingClientRect(), box));
  return (
    <div ref={tip} popover="manual" className="gb-tip" aria-hidden="true" data-testid="tip">
      <p>{field.help}</p>
      {field.when && (
        <p>
          <b>When:</b> {field.when}
        </p>
      )}
      {field.point && (
        <p>
          <b>The point:</b> {field.point}
        </p>
      )}
    </div>
  );
}
