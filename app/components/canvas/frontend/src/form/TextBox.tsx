// A field that is typed into. What is typed is the person's until Enter or until they leave the field; then it is one edit. An answer
// of the server never changes what is being typed.
import { useEffect, useRef, useState } from "react";
import { useSession } from "../context";
import type { ControlProps } from "./given";
import { isFaulty, read, same, written } from "./values";

/** The text of a field while it is typed, and how it becomes a value. */
export function useDraft({ field, now, set, refuse }: Pick<ControlProps, "field" | "now" | "set" | "refuse">) {
  const session = useSession();
  const [draft, setDraft] = useState<string | null>(null); // null: nothing was typed that is not taken yet
  const refusedText = useRef<string | null>(null);
  const told = now.mixed ? "" : written(now.value);
  const commit = (leaving = false) => {
    if (draft === null) return;
    if (draft === told) return drop();
    const found = read(field, draft);
    if (leaving && !session.isThere(field.target)) return; // an undo took its node
    if ("fault" in found) {
      if (leaving) return session.tell(found.fault);
      refusedText.current = draft; // it stays as it was typed, and is said
      return refuse(found.fault);
    }
    setDraft(null);
    if (same(found.value, now.value) && !now.mixed) refuse("");
    else set(found.value);
  };
  const drop = () => {
    setDraft(null);
    refuse("");
  };
  const leave = useRef(commit);
  leave.current = commit;
  useEffect(() => {
    const take = () => leave.current();
    session.drafts.add(take);
    return () => void session.drafts.delete(take);
  }, [session]);
  useEffect(() => {
    return () => leave.current(true); // the form goes while something is typed: it is taken, as by leaving the field
  }, []);
  useEffect(() => {
    if (draft !== null && draft === refusedText.current) drop(); // what it was to replace is another value by now, as after an undo
  }, [told]);
  return { text: draft ?? told, type: setDraft, commit, drop, isTyped: draft !== null };
}

export function TextBox(props: ControlProps) {
  const { field, now, id, label, describedBy, refused } = props;
  const { text, type, commit, drop, isTyped } = useDraft(props);
  return (
    <input
      id={id}
      className="gb-box"
      type="text"
      aria-label={label}
      aria-describedby={describedBy}
      aria-invalid={refused || isFaulty(field)}
      autoComplete="off"
      spellCheck={false}
      maxLength={field.kind === "text" ? field.longest : field.kind === "numbers" || field.kind === "wholes" ? undefined : 200}
      placeholder={now.mixed ? "mixed" : (field.none ?? "")}
      value={text}
      onChange={(event) => type(event.target.value)}
      onBlur={() => commit()}
      onKeyDown={(event) => {
        if (event.key === "Enter") commit();
        if (event.key === "Escape" && isTyped) {
          event.stopPropagation();
          drop();
        }
      }}
    />
  );
}

/** Several lines: texts, one a line, or the rows of a matrix. */
export function Lines(props: ControlProps) {
  const { field, now, id, label, describedBy, refused } = props;
  const { text, type, commit, drop, isTyped } = useDraft(props);
  return (
    <textarea
      id={id}
      className="gb-box gb-lines"
      rows={Math.max(2, Math.min(8, text.split("\n").length))}
      aria-label={label}
      aria-describedby={describedBy}
      aria-invalid={refused || isFaulty(field)}
      spellCheck={false}
      placeholder={now.mixed ? "mixed" : (field.none ?? "one a line")}
      value={text}
      onChange={(event) => type(event.target.value)}
      onBlur={() => commit()}
      onKeyDown={(event) => {
        if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) commit();
        if (event.key === "Escape" && isTyped) {
          event.stopPropagation();
          drop();
        }
      }}
    />
  );
}
