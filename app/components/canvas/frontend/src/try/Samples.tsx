// Which sample of the data is asked about.
import { useEffect, useState } from "react";

type PartName = "train" | "validation";
const CALLED: Record<PartName, string> = { validation: "Validation", train: "Training" };

interface Props {
  counts: Record<PartName, number>;
  told: string; // as in "validation:3"
  changed: boolean; // something else was entered by hand
  row?: number; // of the data, as tables and CSV of Results have it
  onChoose: (sample: string) => void;
}

export function Samples({ counts, told, changed, row, onChoose }: Props) {
  const [name, number] = told.split(":");
  const part: PartName = name === "train" ? "train" : "validation";
  const index = Math.min(Number(number) || 0, counts[part] - 1);
  const [typed, setTyped] = useState(String(index + 1)); // counted from 1
  useEffect(() => setTyped(String(index + 1)), [index, part]);
  const go = (to: number) => onChoose(`${part}:${(to + counts[part]) % counts[part]}`);
  return (
    <div className="ty-samples" role="group" aria-label="Sample of the data">
      <select aria-label="Part of the data" value={part} onChange={({ target }) => onChoose(`${target.value}:0`)}>
        {(Object.keys(CALLED) as PartName[]).map((one) => (
          <option key={one} value={one}>
            {CALLED[one]}
          </option>
        ))}
      </select>
      <button type="button" aria-label="Sample before" title="The sample before" onClick={() => go(index - 1)}>
        ‹
      </button>
      <input
        aria-label="Number of the sample"
        inputMode="numeric"
        value={typed}
        onChange={({ target }) => setTyped(target.value)}
        onBlur={() => setTyped(String(index + 1))}
        onKeyDown={({ key }) => key === "Enter" && /^\d+$/.test(typed) && go(Math.min(Math.max(1, Number(typed)), counts[part]) - 1)}
      />
      <span className="ty-of" title={row === undefined ? undefined : `Row ${row.toLocaleString("en")} of the data, as in the tables and the CSV of Results`}>
        of {counts[part].toLocaleString("en")}
      </span>
      <button type="button" aria-label="Sample after" title="The next sample" onClick={() => go(index + 1)}>
        ›
      </button>
      <button type="button" className="ty-word" onClick={() => go(Math.floor(Math.random() * counts[part]))}>
        Any
      </button>
      {row !== undefined && !changed && <span className="ty-of">row {row.toLocaleString("en")}</span>}
      {changed && (
        <button type="button" className="ty-word" title="Takes back what was entered by hand" onClick={() => onChoose(`${part}:${index}`)}>
          Reset
        </button>
      )}
    </div>
  );
}
