// At the end of a run: go on with it for more epochs.
import { type FormEvent, useCallback, useState } from "react";
import { pollers, type Run } from "../poller";
import { Refused, useAsking } from "./asking";
import { useRun } from "./useRun";

const USUAL = "10";

export function More({ run, path }: { run: Run; path: string }) {
  const record = useRun(run, 1);
  const look = useCallback(() => pollers.look(run.id), [run.id]);
  const { ask, refused } = useAsking(path, look);
  const [epochs, setEpochs] = useState(USUAL);
  const done = record.epochs.at(-1)?.number ?? 0;
  const goOn = (event: FormEvent) => {
    event.preventDefault();
    ask({ command: "change", settings: { epochs: done + Number(epochs) } });
  };
  return (
    <form className="lv-more" onSubmit={goOn} data-testid="more">
      <input type="number" aria-label="How many more epochs" min="1" max="100000" step="1" required value={epochs} onChange={({ target }) => setEpochs(target.value)} />
      <button type="submit" title="Goes on with this run for so many epochs, as if they had been asked for at first">
        more epochs
      </button>
      <Refused why={refused} />
    </form>
  );
}
