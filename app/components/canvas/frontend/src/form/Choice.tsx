// One of a few words, or several: a button that opens a list, with a search where the list is long. The whole of it by keys too.
import { type KeyboardEvent, useEffect, useId, useMemo, useReducer, useRef, useState } from "react";
import { Icon, TOOLS } from "../Icon";
import { capital } from "../live/words";
import type { ControlProps } from "./given";
import type { Field } from "./data";
import { hanging, useOnTop } from "./onTop";
import { Thumbnail } from "./Thumbnail";
import { isFaulty } from "./values";

const SEARCHED = 7; // more words than this can be searched

export function Choice(props: ControlProps) {
  const { field, now } = props;
  const choices = field.choices ?? {};
  const chosen = String(now.value ?? "");
  return <Listed {...props} told={choices[chosen] ?? chosen} data={chosen} chosen={now.mixed ? [] : [chosen]} take={props.set} />;
}

/** Several words, in the order in which they were chosen; the list stays open. */
export function Words(props: ControlProps) {
  const { field, now, set } = props;
  const chosen = now.mixed ? [] : ((now.value ?? []) as string[]);
  const told = chosen.map((word) => field.choices?.[word] ?? word).join(", ") || capital(field.empty ?? "none");
  const take = (word: string) => set(chosen.includes(word) ? chosen.filter((one) => one !== word) : [...chosen, word]);
  return <Listed {...props} told={told} data={chosen.join(" ")} chosen={chosen} take={take} several />;
}

/** What stands behind a word and says what it means goes as a whole where it has no room, unless another begins alike. */
function Told({ told, choices }: { told: string; choices: Record<string, string> }) {
  const [word, ...rest] = told.split(": ");
  const alike = Object.values(choices).filter((one) => one.split(": ")[0] === word);
  if (!rest.length || alike.length !== 1) return <span>{told}</span>;
  return (
    <span className="gb-word">
      <span>{word}</span>
      <span>: {rest.join(": ")}</span>
    </span>
  );
}

interface ListedProps extends ControlProps {
  told: string;
  data: string;
  chosen: string[];
  take: (word: string) => void;
  several?: boolean;
}

function Listed({ field, now, id, label, describedBy, told, data, chosen, take, several }: ListedProps) {
  const button = useRef<HTMLButtonElement>(null);
  const [open, setOpen] = useState(false);
  const list = useId();
  const close = (back: boolean) => {
    setOpen(false);
    if (back) button.current?.focus();
  };
  const press = (event: KeyboardEvent) => {
    if (event.key !== "ArrowDown" && event.key !== "ArrowUp") return;
    event.preventDefault();
    setOpen(true);
  };
  return (
    <>
      <button
        ref={button}
        id={id}
        type="button"
        className="gb-box gb-choice"
        role="combobox"
        aria-label={label}
        aria-describedby={describedBy}
        aria-haspopup="listbox"
        aria-expanded={open}
        aria-controls={list}
        aria-invalid={isFaulty(field)}
        data-value={data}
        title={told}
        onClick={() => setOpen(!open)}
        onKeyDown={press}
      >
        <Pictured field={field} word={now.mixed ? "" : data} />
        {now.mixed ? <span><em>mixed</em></span> : <Told told={told} choices={field.choices ?? {}} />}
        <Icon path={TOOLS.down} />
      </button>
      {open && (
        <List
          id={list}
          label={label}
          button={button.current!}
          choices={field.choices ?? {}}
          field={field}
          chosen={chosen}
          several={several}
          take={(word) => {
            if (!several) close(true);
            take(word);
          }}
          close={close}
        />
      )}
    </>
  );
}

/** The picture of a word, where it has one. */
function Pictured({ field: { pictures, tints }, word }: { field: Field; word: string }) {
  const points = pictures?.[word];
  return points && tints ? <Thumbnail points={points} tints={tints} /> : null;
}

/** Not scrolled out of its panel, whose edge may come to it while it is still inside the window. */
function isSeen(button: HTMLElement) {
  const { left, top, width, height } = button.getBoundingClientRect();
  const found = (button.getRootNode() as Document | ShadowRoot).elementFromPoint(left + width / 2, top + height / 2);
  return found !== null && button.contains(found);
}

interface ListProps {
  field: Field;
  id: string;
  label: string;
  button: HTMLElement;
  choices: Record<string, string>;
  chosen: string[];
  several?: boolean;
  take: (word: string) => void;
  close: (back: boolean) => void;
}

function List({ id, field, label, button, choices, chosen, several, take, close }: ListProps) {
  const all = useMemo(() => Object.entries(choices), [choices]);
  const [query, setQuery] = useState("");
  const found = all.filter(([word, title]) => `${word} ${title}`.toLowerCase().includes(query.trim().toLowerCase()));
  const [at, setAt] = useState(Math.max(0, all.findIndex(([word]) => chosen.includes(word))));
  const here = Math.min(at, found.length - 1);
  const idAt = (place: number) => `${id}-${place}`;
  const active = found.length ? idAt(here) : undefined;
  const box = useOnTop((list) => hanging(button.getBoundingClientRect(), list));
  const [, follow] = useReducer((times: number) => times + 1, 0); // drawn anew, it hangs at its button again
  const searched = all.length > SEARCHED && !field.pictures; // what has a picture is found by looking
  useEffect(() => {
    const first = box.current!.querySelector<HTMLElement>(searched ? "input" : "ul")!;
    first.focus({ preventScroll: true });
    const away = (event: Event) => {
      const path = event.composedPath();
      if (!path.includes(box.current!) && !path.includes(button)) close(false);
    };
    const scrolled = (event: Event) => {
      if (event.composedPath().includes(box.current!)) return;
      if (isSeen(button)) follow();
      else close(false);
    };
    document.addEventListener("pointerdown", away, true);
    document.addEventListener("scroll", scrolled, true);
    return () => {
      document.removeEventListener("pointerdown", away, true);
      document.removeEventListener("scroll", scrolled, true);
    };
  }, []);
  useEffect(() => {
    box.current!.querySelector<HTMLElement>(".is-here")?.scrollIntoView?.({ block: "nearest" });
  }, [here, query, box]);
  /** The next word that begins with a letter. */
  const startingWith = (letter: string) => {
    const places = found.flatMap(([, title], place) => (title.toLowerCase().startsWith(letter.toLowerCase()) ? [place] : []));
    return places.find((place) => place > here) ?? places[0];
  };
  const press = (event: KeyboardEvent) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step) setAt(Math.max(0, Math.min(here + step, found.length - 1)));
    else if (event.key === "Home" && !searched) setAt(0);
    else if (event.key === "End" && !searched) setAt(found.length - 1);
    else if (event.key === "Enter" || (event.key === " " && several && !searched)) found[here] && take(found[here][0]);
    else if (event.key === "Escape") close(true);
    else if (event.key === "Tab") return close(true);
    else if (!searched && event.key.length === 1) setAt(startingWith(event.key) ?? here);
    else return event.stopPropagation();
    event.preventDefault();
    event.stopPropagation();
  };
  return (
    <div ref={box} popover="manual" className="gb-list" onKeyDown={press} data-testid="choices">
      {searched && (
        <input
          type="search"
          role="combobox"
          aria-label={`Search ${label}`}
          aria-expanded="true"
          aria-controls={id}
          aria-activedescendant={active}
          placeholder="Search"
          value={query}
          onChange={(event) => {
            setQuery(event.target.value);
            setAt(0);
          }}
        />
      )}
      <ul id={id} className={field.pictures ? "has-pictures" : undefined} role="listbox" aria-label={label} aria-multiselectable={several} aria-activedescendant={active} tabIndex={-1}>
        {found.map(([word, title], place) => (
          <li
            key={word}
            id={idAt(place)}
            role="option"
            aria-selected={chosen.includes(word)}
            className={place === here ? "is-here" : ""}
            data-word={word}
            onPointerMove={() => setAt(place)}
            onClick={() => take(word)}
          >
            <Pictured field={field} word={word} />
            {title}
          </li>
        ))}
      </ul>
      {!found.length && (
        <p className="gb-none" role="status">
          Nothing is called so.
        </p>
      )}
    </div>
  );
}
