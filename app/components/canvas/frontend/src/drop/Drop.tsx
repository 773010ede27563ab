// Where files of data are dropped or chosen, and how far each has come.
import { type DragEvent, useRef, useState, useSyncExternalStore } from "react";
import type { Data } from "./data";
import { type Item, type Sending } from "./sending";

export function Drop({ data, sending }: { data: Data; sending: Sending }) {
  const items = useSyncExternalStore(sending.subscribe, sending.snapshot);
  const [over, setOver] = useState(false);
  const chosen = useRef<HTMLInputElement>(null);
  const take = (files: Iterable<File>) => sending.add(files, data.path, data.most, data.words);
  const drop = (event: DragEvent) => {
    event.preventDefault();
    setOver(false);
    const parts = partsOf(event.dataTransfer);
    take(parts.files);
    parts.folders.forEach((name) => sending.refuse(name, "A folder is sent as a zip: pack it, and drop that."));
  };
  return (
    <div className="gd-drop">
      <div
        className={over ? "gd-zone gd-over" : "gd-zone"}
        onDragOver={(event) => (event.preventDefault(), setOver(true))}
        onDragLeave={() => setOver(false)}
        onDrop={drop}
      >
        <svg viewBox="0 0 24 24" className="gd-icon" aria-hidden="true">
          <path d="M12 16V4m0 0L7 9m5-5 5 5M4 16v3a1 1 0 0 0 1 1h14a1 1 0 0 0 1-1v-3" />
        </svg>
        <div className="gd-told">
          <strong>Drop files here</strong>
          <span>{`${data.kinds}. At most ${data.words} each.`}</span>
        </div>
        <button type="button" onClick={() => chosen.current?.click()}>
          Choose files
        </button>
        <input
          ref={chosen}
          type="file"
          multiple
          hidden
          aria-label="Files of data"
          onChange={({ target }) => {
            take([...(target.files ?? [])]);
            target.value = ""; // so that the same file can be chosen again
          }}
        />
      </div>
      <ul aria-label="Files on their way" aria-live="polite">
        {items.map((item) => (
          <Row key={item.id} item={item} most={data.most} sending={sending} />
        ))}
      </ul>
    </div>
  );
}

export function Row({ item, most, sending }: { item: Item; most: number; sending: Sending }) {
  const { id, file, state, why } = item;
  const percent = file.size ? Math.floor((100 * item.sent) / file.size) : 0;
  return (
    <li className={`gd-${state}`}>
      <span className="gd-name" title={file.name}>
        {file.name}
      </span>
      {state === "refused" ? (
        <span className="gd-why">{why}</span>
      ) : (
        <>
          <progress max={100} value={percent} aria-label={`How much of ${file.name} is there`} />
          <span className="gd-far">{state === "waits" ? "waits" : percent < 100 ? `${percent} %` : "being kept …"}</span>
        </>
      )}
      {state === "refused" && file.size > 0 && file.size <= most && (
        <button type="button" onClick={() => sending.again(id)}>
          Send again
        </button>
      )}
      <button type="button" onClick={() => sending.cancel(id)} aria-label={`${state === "refused" ? "Dismiss" : "Cancel"} ${file.name}`}>
        {state === "refused" ? "Dismiss" : "Cancel"}
      </button>
    </li>
  );
}

/** The files of what was dropped, and the names of its folders. */
export function partsOf(dropped: DataTransfer): { files: File[]; folders: string[] } {
  const entries = [...dropped.items].map((item) => item.webkitGetAsEntry?.() ?? null);
  const folders = entries.filter((entry) => entry?.isDirectory).map((entry) => entry!.name);
  return { files: [...dropped.files].filter(({ name }) => !folders.includes(name)), folders };
}
