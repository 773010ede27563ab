import type { ReactFlowInstance, Viewport } from "@xyflow/react";
import { beforeEach, describe, expect, it } from "vitest";
import { Commands } from "./commands";
import { overviewBox } from "./overviewPlace";
import type { CardNode, WireEdge } from "./reconcile";
import { Session } from "./session";
import { dataOf, graphOf, wire } from "./testing";

let session: Session;
let commands: Commands;

/** The view stands still: place and zoom are the browser tests' business. */
const flow = { getViewport: () => ({ x: 0, y: 0, zoom: 1 }), setViewport: async () => true } as unknown as ReactFlowInstance<CardNode, WireEdge>;

function open(graph = graphOf(["a", "b", "c"], [["a", "b"], ["b", "c"]])) {
  session = new Session("doc");
  session.receive(dataOf({ doc: graph }));
  commands = new Commands(session, flow, () => null);
}

const wires = () => session.sync.view.wires.map(({ from, to }) => `${from}-${to}`);
const edits = () => session.sync.pending.map(({ op }) => op);

beforeEach(() => open());

describe("adding by click or Enter", () => {
  it("puts the operator after the selected node and wires it", () => {
    session.select(["c"]);
    commands.addBeside("Alpha");
    const [id] = session.selected();
    expect(wires().at(-1)).toBe(`c-${id}`);
    expect(session.sync.view.nodes.at(-1)).toMatchObject({ id, x: 900, y: 0 });
  });

  it("wires nothing when the operator takes no input", () => {
    session.select(["c"]);
    commands.addBeside("Source");
    expect(edits()).toEqual(["add"]);
  });
});

describe("adding where the selected node has one wire onward", () => {
  it("puts the operator into that wire, with room made in the same message", () => {
    session.select(["a"]);
    commands.addBeside("Alpha");
    const [id] = session.selected();
    expect(wires().sort()).toEqual(["b-c", `a-${id}`, `${id}-b`].sort());
    expect(edits()).toEqual(["add", "move"]);
    const xOf = (one: string) => session.sync.view.nodes.find((node) => node.id === one)!.x;
    expect([xOf("a"), xOf(id), xOf("b"), xOf("c")]).toEqual([0, 320, 580, 900]);
  });

  it("leaves the wire alone when the operator would end it", () => {
    session.select(["a"]);
    commands.addBeside("Sink");
    expect(wires()).toEqual(["a-b", "b-c", `a-${session.selected()[0]}`]);
  });

  it("leaves the wires alone when there are two", () => {
    open(graphOf(["a", "b", "c"], [["a", "b"], ["a", "c"]]));
    session.select(["a"]);
    commands.addBeside("Alpha");
    expect(wires()).toEqual(["a-b", "a-c", `a-${session.selected()[0]}`]);
  });
});

describe("dropping an operator", () => {
  const dropped = (kind: string, wireId: string | null) => {
    commands.addAt(kind, { x: 270, y: 60 }, wireId);
    return session.selected()[0];
  };
  it("on a wire puts it between the wire's ends", () => {
    const id = dropped("Alpha", session.edges.get()[0].id);
    expect(wires().sort()).toEqual(["b-c", `a-${id}`, `${id}-b`].sort());
  });

  it("on a placeholder puts it in the placeholder's place", () => {
    const graph = graphOf(["a", "b", "c"], [["a", "b"], ["b", "c"]]);
    open({ ...graph, nodes: graph.nodes.map((node) => (node.id === "b" ? { ...node, kind: "Gap" } : node)) });
    commands.addAt("Alpha", { x: 330, y: 10 }, session.edges.get()[0].id);
    expect(session.sync.pending).toMatchObject([{ op: "stand in", id: "b", kind: "Alpha" }]);
    expect([wires(), session.selected()]).toEqual([["a-b", "b-c"], ["b"]]);
    expect(commands.placeholder).toBe("b");
    commands.addAt("Alpha", { x: 10, y: 10 }, null);
    expect(edits()).toEqual(["stand in", "add"]);
  });

  it("on a wire that it cannot pass on cuts nothing", () => {
    dropped("Source", session.edges.get()[0].id);
    expect(wires()).toEqual(["a-b", "b-c"]);
  });
});

describe("deleting", () => {
  it("closes the gap even when the node's wires were selected with it, as a box does", () => {
    session.changeNodes([{ type: "select", id: "b", selected: true }]);
    session.changeEdges(session.edges.get().map(({ id }) => ({ type: "select", id, selected: true })));
    commands.remove(true);
    expect(wires()).toEqual(["a-c"]);
  });

  it("goes on to the node before, so that keys have somewhere to act", () => {
    session.select(["b"]);
    commands.remove(false);
    expect(session.roving.get()).toBe("a");
  });

  it("does nothing when nothing is selected", () => {
    commands.remove(false);
    expect(edits()).toEqual([]);
  });
});

it("a pasted copy is selected, and each paste lies clear of all before", () => {
  session.select(["a"]);
  commands.copy();
  commands.paste();
  commands.paste();
  expect(session.sync.view.nodes.slice(-2).map(({ x, y }) => [x, y])).toEqual([[0, 160], [0, 300]]);
  expect(session.selected()).toEqual([session.sync.view.nodes.at(-1)!.id]);
});

describe("a network that grows", () => {
  const STAGE = { width: 1100, height: 560 };
  let view: Viewport;
  const grow = (change: () => void) => {
    const before = session.nodes.get();
    change();
    commands.follow(before);
  };
  const insert = () => grow(() => commands.addAt("Alpha", { x: 270, y: 60 }, session.edges.get()[0].id));
  const seesAll = () => commands.isAllWithin(STAGE);
  beforeEach(() => {
    const moving = { getViewport: () => view, setViewport: async (to: Viewport) => ((view = to), true) };
    const stage = { getBoundingClientRect: () => STAGE } as unknown as HTMLElement;
    commands = new Commands(session, moving as unknown as typeof flow, () => stage);
    commands.fit();
  });

  it("is seen whole where it was before, by an insertion too", () => {
    session.fitted = false; // the person zoomed, and sees all
    view = { x: 10, y: 10, zoom: 1 };
    insert();
    expect([seesAll(), session.sync.view.nodes.length]).toEqual([true, 4]);
  });

  it("leaves a view alone that the person chose, and one in which all is seen still", () => {
    session.fitted = false;
    const chosen = (view = { x: -100, y: 0, zoom: 1 });
    insert();
    expect(view).toBe(chosen);
    const roomy = (view = { x: 0, y: 0, zoom: 0.4 });
    session.fitted = true;
    insert();
    expect(view).toBe(roomy);
  });

  it("is seen with what another one has besides, where a person asks for all", () => {
    const alone = view;
    session.differing.set({ "": { marks: {}, ghosts: [{ id: "after x", title: "X", x: 3000, y: 0, state: "added", words: "added" }], wires: [] } });
    commands.fit();
    expect(view).toEqual(alone);
    commands.fit({ asked: true });
    expect((3000 + 220) * view.zoom + view.x).toBeLessThanOrEqual(STAGE.width);
  });

  it("is seen clear of the tools, too, unless the person chose the view", () => {
    const fitted = view;
    const behind = (STAGE.height - 20 - view.y) / view.zoom - 120; // its lower edge lies behind them
    session.fitted = false;
    grow(() => commands.moved([{ id: "c", position: { x: 600, y: behind } }]));
    expect([view === fitted, seesAll()]).toEqual([true, true]);
    session.fitted = true;
    grow(() => commands.moved([{ id: "c", position: { x: 580, y: behind } }]));
    expect(view).not.toBe(fitted);
  });

  it("is made as small as it takes where cards have pictures of units, which are seen from afar", () => {
    session.hasPictures.set(true);
    grow(() => commands.moved([{ id: "c", position: { x: 4000, y: 0 } }]));
    expect(seesAll()).toBe(true);
  });

  it("comes into view as soon as there are pictures, unless the person chose another view", () => {
    grow(() => commands.moved([{ id: "c", position: { x: 4000, y: 0 } }]));
    expect(seesAll()).toBe(false);
    session.fitted = false;
    commands.gather();
    expect(seesAll()).toBe(false);
    session.fitted = true;
    commands.gather();
    expect(seesAll()).toBe(true);
  });

  it("is seen whole where it was laid out anew, but not where cards went out of the way together", () => {
    open(graphOf(["a", "b", "c", "d", "e", "f"]));
    const moving = { getViewport: () => view, setViewport: async (to: Viewport) => ((view = to), true) };
    commands = new Commands(session, moving as unknown as typeof flow, () => ({ getBoundingClientRect: () => STAGE }) as unknown as HTMLElement);
    const at = (place: (n: number) => { x: number; y: number }) => commands.moved(["a", "b", "c", "d", "e", "f"].map((id, n) => ({ id, position: place(n) })));
    at((n) => ({ x: 300 * n, y: 0 }));
    commands.fit();
    const fitted = view;
    grow(() => at((n) => ({ x: 300 * n + (n > 1 ? 20 : 0), y: 0 })));
    expect(view).toBe(fitted);
    grow(() => at((n) => ({ x: 0, y: 300 * n })));
    expect(seesAll()).toBe(true);
    grow(() => at((n) => ({ x: 240 * (n % 2), y: 140 * (n >> 1) })));
    expect(view.zoom).toBe(1);
    commands.letGo();
    const part = (view = { x: -100, y: 0, zoom: 1 }); // the person looks at some of it
    session.fitted = false;
    grow(() => at((n) => ({ x: 0, y: 300 * n })));
    expect(view).toBe(part);
    view = { x: -9000, y: 0, zoom: 1 }; // at nothing
    session.fitted = false;
    grow(() => at((n) => ({ x: 300 * n, y: 0 })));
    expect(seesAll()).toBe(true);
  });

  it("is seen whole where most of it became a block, or a block became most of it", () => {
    const [one, ...others] = session.nodes.get();
    const moved = others.map((card) => ({ ...card, position: { x: card.position.x, y: card.position.y + 300 } }));
    const gone = Array.from({ length: 12 }, (_, n) => ({ ...one, id: `gone${n}` }));
    const afar = { x: 0, y: 0, zoom: 0.2 };
    for (const [before, isSeenAnew] of [[moved.concat(gone), true], [moved.concat(one), false]] as const) {
      view = afar;
      session.fitted = true;
      commands.follow(before);
      expect(view !== afar).toBe(isSeenAnew);
    }
  });

  it("is fitted clear of the small map in the corner, as large as that leaves room for", () => {
    const names = Array.from({ length: 63 }, (_, n) => `n${n}`);
    for (const [across, cards] of [[9, "broad"], [7, "high"]] as const) {
      open(graphOf(names));
      const stage = { getBoundingClientRect: () => STAGE } as unknown as HTMLElement;
      commands = new Commands(session, { getViewport: () => view, setViewport: async (to: Viewport) => ((view = to), true) } as unknown as typeof flow, () => stage);
      commands.moved(names.map((id, n) => ({ id, position: { x: 240 * (n % across), y: 160 * Math.floor(n / across) } })));
      commands.fit();
      const last = { x: 240 * (across - 1) * view.zoom + view.x + 220 * view.zoom, y: 160 * (63 / across - 1) * view.zoom + view.y + 120 * view.zoom };
      const map = overviewBox(63, STAGE)!;
      expect(last.x <= map.x || last.y <= map.y, cards).toBe(true);
      expect(seesAll()).toBe(true);
      expect(view.zoom).toBeGreaterThan(0.3);
    }
  });

  it("is not made too small to be read, and the card that the person moves is not followed", () => {
    const small = view;
    grow(() => commands.moved([{ id: "c", position: { x: 4000, y: 0 } }]));
    expect(view).toBe(small);
    session.select(["c"]);
    grow(() => commands.moved([{ id: "c", position: { x: 900, y: 0 } }]));
    expect([view === small, seesAll()]).toEqual([true, false]);
    grow(() => commands.moved([{ id: "b", position: { x: 340, y: 0 } }]));
    expect(seesAll()).toBe(true);
  });
});

describe("what is opened beside the drawing", () => {
  const OPEN = { width: 1100, height: 400 };
  const FOLDED = { width: 1100, height: 660 };
  let view: Viewport;
  let size = OPEN;
  const page = document.documentElement;
  const take = (now: typeof size, below: number, dock = "low") => {
    page.style.setProperty("--room", "300px");
    page.style.setProperty("--below", `${below}px`);
    page.dataset.dock = dock;
    commands.takeRoom((size = now));
  };
  beforeEach(() => {
    const moving = { getViewport: () => view, setViewport: async (to: Viewport) => ((view = to), true) };
    view = { x: 0, y: 0, zoom: 1 };
    commands = new Commands(session, moving as unknown as typeof flow, () => ({ getBoundingClientRect: () => size }) as unknown as HTMLElement);
    take(OPEN, 300);
    commands.fit();
    return () => {
      page.removeAttribute("style");
      delete page.dataset.dock;
    };
  });

  it("leaves a fitted network where it is, whether panels open or fold", () => {
    const fitted = view;
    take(FOLDED, 40);
    commands.fit();
    expect(view).toEqual(fitted);
    take(OPEN, 300);
    expect(view).toEqual(fitted);
  });

  it("does not cover a network that was fitted into the room of folded panels", () => {
    session.edit({ op: "move", at: { b: [300, 700] } });
    take(FOLDED, 40);
    commands.fit({ asked: true });
    expect(commands.isAllWithin(OPEN)).toBe(false);
    take(OPEN, 300);
    expect(commands.isAllWithin(OPEN)).toBe(true);
  });

  it("makes the network small beside wide panels, and gives the view back that was before", () => {
    const chosen = (view = { x: -350, y: 20, zoom: 1.3 });
    session.fitted = false;
    take({ width: 330, height: 330 }, 300, "wide");
    expect(commands.isAllWithin(size)).toBe(true);
    take(OPEN, 300);
    expect([view, session.fitted]).toEqual([chosen, false]);
  });

  it("is fitted anew when the line between is moved", () => {
    const before = view.zoom;
    page.style.setProperty("--room", "570px");
    page.style.setProperty("--below", "570px");
    commands.takeRoom((size = { width: 1100, height: 130 }));
    expect(view.zoom).toBeLessThan(before);
  });
});

describe("the palette", () => {
  it("folds by itself on a narrow canvas and comes back with the room", () => {
    commands.fitPalette(799);
    expect(session.folded.get()).toBe(true);
    commands.fitPalette(800);
    expect(session.folded.get()).toBe(false);
  });

  it("stays as the person has it", () => {
    commands.fitPalette(500);
    commands.foldPalette(false);
    commands.fitPalette(720);
    expect(session.folded.get()).toBe(false);
    commands.foldPalette(true);
    commands.fitPalette(1000);
    expect(session.folded.get()).toBe(true);
  });
});

it("a drag that ends where it began is no edit", () => {
  commands.moved([{ id: "a", position: { x: 0, y: 0 } }]);
  expect(edits()).toEqual([]);
});

it("a refused wire says why and sends nothing", () => {
  commands.connect(wire("a", "c"));
  expect(session.toast.get()?.text).toBe("Plain alpha c takes one wire here, and has it. Delete that one first.");
  expect(edits()).toEqual([]);
});

it("an operator from the list at a wire's loose end is wired on the right side", () => {
  commands.addWired("Alpha", { x: 2000, y: 60 }, { node: "c", port: "out", side: "source" });
  commands.addWired("Beta", { x: 2000, y: 900 }, { node: "a", port: "in", side: "target" });
  const [beta, alpha] = [session.sync.view.nodes.at(-1)!, session.sync.view.nodes.at(-2)!];
  expect(wires().slice(-2)).toEqual([`c-${alpha.id}`, `${beta.id}-a`]);
  expect([alpha.x, beta.x]).toEqual([2000, 1780]);
});

it("the arrows with Ctrl go to the nearest card on that side", () => {
  expect([commands.towards("a", 1, 0), commands.towards("a", -1, 0), commands.neighbour("b", -1)]).toEqual(["b", null, "a"]);
});
