// A file that is dropped anywhere on the page is sent to be opened; how far it has come lies over the page's corner.
import { useLayoutEffect, useRef, useState, useSyncExternalStore } from "react";
import type { Data } from "./data";
import { partsOf, Row } from "./Drop";
import type { Sending } from "./sending";

const ZONES = '[data-testid="stFileUploaderDropzone"], .gd-zone'; // which take what is dropped on them by themselves
const LEFT = 150; // ms without a word of it, after which what was dragged is gone from the page

export function Everywhere({ data, sending }: { data: Data; sending: Sending }) {
  const items = useSyncExternalStore(sending.subscribe, sending.snapshot);
  const [over, setOver] = useState(false);
  const told = useRef(data);
  told.current = data;
  const choose = () => {
    const input = Object.assign(document.createElement("input"), { type: "file" });
    input.onchange = () => sending.add([...(input.files ?? [])].slice(0, 1), data.path, data.most, data.words);
    input.click();
  };
  useLayoutEffect(() => {
    let gone = 0;
    // That nobody else took it does not show in the event: Streamlit's uploader prevents the default of whatever misses it.
    const isOurs = (event: DragEvent) =>
      [...(event.dataTransfer?.types ?? [])].includes("Files") && !event.composedPath().some((on) => on instanceof Element && on.matches(ZONES));
    const drag = (event: DragEvent) => {
      if (!isOurs(event)) return;
      event.preventDefault();
      event.dataTransfer!.dropEffect = "copy";
      setOver(true);
      clearTimeout(gone);
      gone = window.setTimeout(() => setOver(false), LEFT);
    };
    const drop = (event: DragEvent) => {
      setOver(false);
      if (!isOurs(event)) return;
      event.preventDefault();
      const { files, folders } = partsOf(event.dataTransfer!);
      const { path, most, words } = told.current;
      sending.add(files.slice(0, 1), path, most, words);
      files.slice(1).forEach(({ name }) => sending.refuse(name, "One file is opened at a time."));
      folders.forEach((name) => sending.refuse(name, "A folder is no file: drop the file in it."));
    };
    window.addEventListener("dragover", drag);
    window.addEventListener("drop", drop);
    return () => {
      clearTimeout(gone);
      window.removeEventListener("dragover", drag);
      window.removeEventListener("drop", drop);
    };
  }, [sending]);
  return (
    <div className="gd-drop">
      {data.offered && (
        <div className="gd-offer">
          <span>{`Or drop it on any page, up to ${data.words}.`}</span>
          <button type="button" onClick={choose}>
            Choose a large one
          </button>
        </div>
      )}
      {over && (
        <div className="gd-page" aria-hidden="true">
          <strong>Drop to open as a new project</strong>
        </div>
      )}
      {items.length > 0 && (
        <ul className="gd-corner" aria-label="Files on their way" aria-live="polite">
          {items.map((item) => (
            <Row key={item.id} item={item} most={data.most} sending={sending} />
          ))}
        </ul>
      )}
    </div>
  );
}
