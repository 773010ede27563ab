// Takes the person from a card to the node's form, which is drawn beside the canvas after Python was asked for it. What is typed
// before the form is there goes into it.

const PATIENCE_MS = 15_000; // a person who does nothing else waits for the form, however slow the server is
const LOOK_MS = 40;

let stop = () => {};

/** Focuses the form's first field as soon as `find` finds it, unless the person goes elsewhere first. */
export function focusForm(find: () => HTMLInputElement | null): void {
  stop();
  const started = performance.now();
  let typed = "";
  const press = (event: KeyboardEvent) => {
    const shortcut = event.ctrlKey || event.metaKey || event.altKey;
    if (!shortcut && event.key.length === 1) typed += event.key;
    else if (!shortcut && event.key === "Backspace") typed = typed.slice(0, -1);
    else if (shortcut || !typed) return stop();
    event.preventDefault();
    event.stopPropagation(); // it is no key of the canvas
  };
  const look = () => {
    const field = find();
    if (field) enter(field, typed);
    if (field || performance.now() - started > PATIENCE_MS) stop();
  };
  const timer = setInterval(look, LOOK_MS);
  stop = () => {
    clearInterval(timer);
    window.removeEventListener("pointerdown", stop, true);
    window.removeEventListener("keydown", press, true);
    stop = () => {};
  };
  window.addEventListener("pointerdown", stop, true);
  window.addEventListener("keydown", press, true);
}

function enter(field: HTMLInputElement, typed: string): void {
  const end = field.value.length;
  field.focus();
  field.setSelectionRange(end, end);
  if (!typed) return;
  field.setRangeText(typed, end, end, "end");
  field.dispatchEvent(new InputEvent("input", { bubbles: true, data: typed, inputType: "insertText" }));
}
