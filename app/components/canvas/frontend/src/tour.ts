// The first tour: what is where, shown on the page itself. It lies partly in the canvas' shadow root and partly in Streamlit's
// page, and leaves both usable: a step that asks for something goes on when that was done.
import { type Alignment, type Driver, type DriveStep, driver, type PopoverDOM, type Side } from "driver.js";
import libraryStyle from "driver.js/dist/driver.css?inline";
import type { Commands } from "./commands";
import { remember } from "./invitation";
import style from "./tour.css?inline";

interface Stop {
  title: string;
  text: string;
  side?: Side;
  align?: Alignment;
  where: () => Element | null | undefined; // a stop whose place is not there is passed over
  enter?: () => void;
  done?: (goOn: () => void) => () => void; // watches for what the step asks for; gives back how to watch no more
}

const FOLLOW_MS = 100;

const inPage = (selector: string) => () => document.querySelector(selector);

function stops(root: HTMLElement, commands: Commands): Stop[] {
  const { session } = commands;
  const inCanvas = (selector: string) => () => root.querySelector(selector);
  const card = () => {
    const [chosen] = session.selected();
    const nodes = session.nodes.get();
    return chosen ?? nodes[Math.min(2, nodes.length - 1)]?.id;
  };
  return [
    {
      title: "Operators",
      text: "Drag one of these onto a wire, or press <kbd>/</kbd> and type its name. Try it: undo takes it back.",
      side: "right",
      align: "end", // clear of most wires
      where: inCanvas(".nn-palette"),
      enter: () => commands.foldPalette(false),
      done: (goOn) => {
        const before = session.nodes.get().length;
        return session.nodes.subscribe(() => session.nodes.get().length > before && goOn());
      },
    },
    {
      title: "A card for each operator",
      text: "It tells what the operator does, the shape that leaves it and how many parameters it learns. A fault is written beside its card.",
      where: () => root.querySelector(`[data-node-id="${CSS.escape(card() ?? "")}"]`),
      enter: () => commands.reveal(card() ?? ""),
    },
    {
      title: "Parameters",
      text: "Select a card and set its parameters here. “Why this shape” works the shape out with your numbers.",
      side: "left",
      where: inPage(".st-key-side"),
      enter: () => {
        const id = card();
        if (!id) return;
        session.select([id]);
        session.sync.flush();
        session.sendOpen(id);
      },
    },
    {
      title: "Checked while you draw",
      text: "The size of the network and its faults stand here. Every change can be undone, 500 steps back.",
      align: "center",
      where: inPage(".st-key-header_line"),
    },
    {
      title: "Train",
      text: "Trains the network as it stands. Press it now, or go on.",
      where: () => document.querySelector(".st-key-train") ?? document.querySelector(".st-key-stop"),
      done: (goOn) => {
        const before = session.run.get()?.id;
        return session.run.subscribe(() => session.run.get()?.id !== before && goOn());
      },
    },
    {
      title: "Watch it learn",
      text: "Training draws the curves and every layer’s activations, Results sets answers beside what was right, All runs compares trainings.",
      side: "top",
      where: inPage(".st-key-below"),
    },
    {
      title: "Take it away",
      text: "Keras code, the trained model and pictures of the network, to use without graphbuilder.",
      where: inPage(".st-key-export"),
    },
    {
      title: "Keys and help",
      text: "Everything can be done without a mouse: <kbd>?</kbd> shows the keys. This tour starts again from there.",
      side: "top",
      where: inCanvas("[data-tour=keys]"),
    },
  ];
}

/** Starts the tour; gives back how to end it. */
export function walk(root: HTMLElement, commands: Commands): () => void {
  const { session } = commands;
  const all = stops(root, commands);
  let forget = () => {}; // the present step's watch
  let marked: Element | undefined;
  let isOver = false;

  const dress = (popover: PopoverDOM, stop: Stop) => {
    const there = all.filter((one) => one.where());
    popover.progress.textContent = `${there.indexOf(stop) + 1} of ${there.length}`;
    takeTheme(popover.wrapper, root);
    popover.closeButton.remove();
    if (stop !== all.at(-1)) popover.footerButtons.before(button("Skip", leave));
    popover.wrapper.addEventListener("keydown", ({ key }) => {
      if (key === "ArrowRight") guide.moveNext();
      if (key === "ArrowLeft" && !guide.isFirstStep()) guide.movePrevious();
    });
  };

  const steps = all.map(
    (stop): DriveStep => ({
      element: () => stop.where() as Element, // where there is none the step is passed over
      onHighlightStarted: () => {
        forget();
        unmark(marked);
        stop.enter?.();
        const goOn = () => {
          forget();
          forget = () => {};
          setTimeout(() => isOver || guide.moveNext());
        };
        forget = stop.done?.(goOn) ?? (() => {});
      },
      onHighlighted: (element) => {
        marked = element;
        guide.getState("popover")?.nextButton.focus({ preventScroll: true });
      },
      popover: { title: stop.title, description: stop.text, side: stop.side, align: stop.align, onPopoverRender: (popover) => dress(popover, stop) },
    }),
  );

  const guide = driver({
    steps,
    animate: !matchMedia("(prefers-reduced-motion: reduce)").matches,
    duration: 250,
    skipMissingElement: true,
    showProgress: true,
    prevBtnText: "Back",
    nextBtnText: "Next",
    doneBtnText: "Done",
    popoverClass: "gb-tour",
    overlayOpacity: 0.35,
    stagePadding: 4,
    stageRadius: 10,
    allowKeyboardControl: false, // its arrows would act while the person is in a field or on the canvas
    onDestroyStarted: leave,
  });

  function leave() {
    if (isOver) return;
    isOver = true;
    forget();
    clearInterval(following);
    window.removeEventListener("keydown", escape, true);
    document.removeEventListener("keydown", letTabGo);
    guide.destroy();
    unmark(marked);
    sheet.remove();
    remember();
    session.touring.set(false);
    commands.focusDrawing();
  }

  const escape = (event: KeyboardEvent) => {
    if (event.key !== "Escape" || session.help.get()) return;
    event.stopPropagation();
    event.preventDefault();
    leave();
  };
  const sheet = document.createElement("style");
  sheet.textContent = libraryStyle + style;
  document.head.append(sheet);
  window.addEventListener("keydown", escape, true);
  document.addEventListener("keydown", letTabGo);
  const following = follow(guide);
  guide.drive();
  document.body.classList.remove("driver-active"); // by which the library would take the pointer from all but the step's place
  return leave;
}

/** The library keeps Tab between its own buttons; the page is in use too. */
function letTabGo(event: KeyboardEvent) {
  if (event.key === "Tab") event.stopPropagation();
}

/** Keeps to the step's place while the page changes around it. */
function follow(guide: Driver) {
  let before = "";
  return setInterval(() => {
    const element = guide.getActiveElement();
    if (!element) return;
    if (!element.isConnected) return guide.moveTo(guide.getActiveIndex()!);
    const box = JSON.stringify(element.getBoundingClientRect());
    if (before && box !== before) guide.refresh();
    before = box;
  }, FOLLOW_MS);
}

/** The library looks for its marks in the document alone, and so leaves them on what is in a shadow root. */
function unmark(element: Element | undefined) {
  for (const name of ["aria-haspopup", "aria-expanded", "aria-controls"]) element?.removeAttribute(name);
  element?.classList.remove("driver-active-element");
  element?.parentElement?.classList.remove("driver-active-element-parent", "driver-active-element-parent-no-scroll");
}

function takeTheme(popover: HTMLElement, root: HTMLElement) {
  const theme = getComputedStyle(root);
  for (const name of ["--raised", "--line", "--muted", "--accent", "--st-text-color", "--st-background-color"]) {
    popover.style.setProperty(name, theme.getPropertyValue(name));
  }
  popover.style.colorScheme = theme.colorScheme;
  popover.style.fontFamily = theme.fontFamily;
}

function button(text: string, act: () => void) {
  const made = document.createElement("button");
  made.type = "button";
  made.className = "driver-popover-footer-btn gb-tour-skip";
  made.textContent = text;
  made.addEventListener("click", act);
  return made;
}
