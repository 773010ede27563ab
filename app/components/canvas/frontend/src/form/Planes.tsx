// Several of a few functions of the plane: each a switch with its picture.
import { useMemo } from "react";
import { overPlane, Painted } from "../picture";
import type { ControlProps } from "./given";
import type { Field } from "./data";

interface Props extends ControlProps {
  planes: NonNullable<Field["planes"]>;
}

export function Planes({ field, now, label, describedBy, set, planes: { size, words } }: Props) {
  const chosen = now.mixed ? [] : ((now.value ?? []) as string[]);
  const tiles = useMemo(() => Object.fromEntries(Object.entries(words).map(([word, letters]) => [word, overPlane(letters, size)])), [words, size]);
  const take = (word: string) => set(chosen.includes(word) ? chosen.filter((one) => one !== word) : [...chosen, word]);
  return (
    <div className="gb-planes" role="group" aria-label={label} aria-describedby={describedBy} data-value={chosen.join(" ")}>
      {Object.entries(field.choices ?? {}).map(([word, title]) => {
        const isOn = chosen.includes(word);
        const isLast = isOn && chosen.length <= (field.least ?? 0);
        return (
          <button key={word} type="button" aria-pressed={isOn} aria-disabled={isLast} title={isLast ? `${title}: something must go in` : `${title}: ${isOn ? "goes in" : "is left out"}`} data-word={word} onClick={() => !isLast && take(word)}>
            {tiles[word] && field.tints && <Painted tile={tiles[word]} tints={field.tints} />}
            {title}
          </button>
        );
      })}
    </div>
  );
}
