// The families of the palette as icons above it: a press leads to one, and the one that is looked at is marked.
import { type KeyboardEvent, type RefObject, useEffect, useState } from "react";
import { familyStyle } from "./family";
import type { Family } from "./graph";
import { Icon } from "./Icon";

export function FamilyIndex({ families, list }: { families: Family[]; list: RefObject<HTMLDivElement | null> }) {
  const [here, setHere] = useState<string | undefined>(families[0]?.name);
  useEffect(() => {
    const box = list.current;
    if (!box) return;
    const look = () => setHere(sectionAt(box));
    look();
    box.addEventListener("scroll", look, { passive: true });
    return () => box.removeEventListener("scroll", look);
  }, [list]);

  const lead = (name: string) => {
    const section = list.current?.querySelector<HTMLElement>(`[data-family="${name}"]`);
    if (!section) return;
    list.current!.scrollTop = section.offsetTop - list.current!.offsetTop;
    section.querySelector<HTMLElement>(".nn-item")?.focus({ preventScroll: true });
  };
  return (
    <nav className="nn-families" aria-label="Families of operators" onKeyDown={walk}>
      {families.map(({ name, title, icon }) => (
        <button
          key={name}
          type="button"
          title={title}
          aria-label={title}
          aria-current={name === here}
          tabIndex={name === here ? 0 : -1}
          data-testid="palette-family"
          style={familyStyle(name)}
          onClick={() => lead(name)}
        >
          <Icon path={icon} />
        </button>
      ))}
    </nav>
  );
}

/** One stop for Tab; left and right walk within. */
function walk(event: KeyboardEvent<HTMLElement>) {
  const step = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
  if (!step) return;
  const all = [...event.currentTarget.querySelectorAll("button")];
  const here = all.findIndex((one) => one.matches(":focus"));
  all[Math.max(0, Math.min(all.length - 1, here + step))].focus();
  event.preventDefault();
}

/** The family at the top of what is seen; the last one where the list ends before it could be there. */
function sectionAt(box: HTMLElement): string | undefined {
  const sections = [...box.querySelectorAll<HTMLElement>("[data-family]")];
  const atEnd = box.scrollTop > 0 && box.scrollTop + box.clientHeight >= box.scrollHeight - 2;
  const above = sections.filter((one) => one.offsetTop - box.offsetTop <= box.scrollTop + 4);
  return (atEnd ? sections.at(-1) : (above.at(-1) ?? sections[0]))?.dataset.family;
}
