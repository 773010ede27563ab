// A place in Streamlit's page that a component draws into. Streamlit calls a component on every change of data, may skip calls, and
// calls the clean-up of a superseded call while the component is still on the page; none of that may be seen.
import { createRoot, type Root } from "react-dom/client";

type Host = HTMLElement | ShadowRoot;

interface Mounted {
  root: Root;
  owner: symbol;
  dispose: () => void;
}

export interface Place {
  root: Root;
  isNew: boolean; // nothing of this build was there before
  leave: () => void; // what to give back to Streamlit as the clean-up
}

const OWNER = Symbol("this build");

/** The place that `name` has in this element, made at the first call. An older build of the script that left one there goes. */
export function placeIn(element: Host, name: string, style: string): Place {
  const key = Symbol.for(`graphbuilder.${name}`);
  const host = element as Host & { [key: symbol]: Mounted | undefined };
  if (host[key] && host[key].owner !== OWNER) host[key].dispose();
  const isNew = !host[key];
  const mounted = (host[key] ??= mount(host, `${name}-host`, style, () => delete host[key]));
  const leave = () => {
    setTimeout(() => {
      if (!elementOf(host).isConnected) mounted.dispose();
    }, 0);
  };
  return { root: mounted.root, isNew, leave };
}

const elementOf = (host: Host): HTMLElement => ("host" in host ? (host.host as HTMLElement) : host);

function mount(host: Host, name: string, style: string, forget: () => void): Mounted {
  const sheet = document.createElement("style"); // inline: a stylesheet that comes late would show a flash and a wrong first fit
  sheet.textContent = style;
  const box = document.createElement("div");
  box.className = name;
  host.append(sheet, box);
  // Streamlit fades an element to a third while a script runs.
  elementOf(host).closest<HTMLElement>(".stElementContainer")?.style.setProperty("opacity", "1", "important");
  const root = createRoot(box);
  const dispose = () => {
    forget();
    root.unmount();
    box.remove();
    sheet.remove();
  };
  return { root, owner: OWNER, dispose };
}
