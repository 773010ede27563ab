// Asks the server what a run does: one poller a page and run, whoever watches. Canvas and charts are loaded as two bundles, so
// they find each other's pollers on the page itself.
import { type Answer, type Event, RunRecord } from "./live/record";

export interface Run {
  id: string;
  path: string;
  step?: number | null; // the step that the page's address leads to
  ends?: string[]; // the nodes that give their outputs to a loss
  titles?: Record<string, string[]>; // of what goes in: what each number is called, by node
  tints?: [string, string]; // of what lies below and above zero
  asks?: string; // where its network is asked
  commands?: string; // where something is asked of its training
  active?: boolean; // the page knows that it goes on: one that was over may have been taken up again
}

export type Listener = (record: RunRecord) => void;

interface Watcher {
  listener: Listener;
  gap: number; // least milliseconds between two calls
  last: number;
  timer?: ReturnType<typeof setTimeout>;
}

export const PAUSE = { first: 60, live: 200, queued: 1000, hidden: 2000, lost: 2000 };
const SILENT_MS = 8_000; // without news of a training that goes, before it is told
const PATIENCE_MS = 15_000; // a request that hangs longer is given up
const HURRY_MS = 1_500; // behind what was asked of a training, until its effect is told
const REMEMBERED = 12; // runs that nobody watches now

class Poller {
  readonly record: RunRecord;
  path = "";
  private watchers = new Set<Watcher>();
  private last = 0;
  private asked = 0; // when the last answer came: who did not ask for long heard nothing of what there was
  private heard = 0; // when there was news; 0 before any
  private isAsking = false;
  private isDone = false; // the run is over and all of it was read
  private failures = 0;
  private hurriedUntil = 0;
  private timer: ReturnType<typeof setTimeout> | undefined;

  constructor(id: string) {
    this.record = new RunRecord(id);
  }

  get isIdle(): boolean {
    return !this.watchers.size;
  }

  watch(listener: Listener, perSecond: number): () => void {
    const watcher: Watcher = { listener, gap: 1000 / perSecond, last: 0 };
    if (this.isIdle) document.addEventListener("visibilitychange", this.look);
    this.watchers.add(watcher);
    if (this.record.state) this.tell(watcher);
    this.look();
    return () => {
      clearTimeout(watcher.timer);
      this.watchers.delete(watcher);
      if (!this.isIdle) return;
      document.removeEventListener("visibilitychange", this.look);
      clearTimeout(this.timer);
    };
  }

  /** What was asked for of an earlier step. */
  recall(events: Event[]): void {
    this.record.recall(events);
    this.announce();
  }

  /** More will come of a run that was over. */
  goesOn(): void {
    this.isDone = false;
  }

  /** Somebody asked something of the training, and waits to see it. */
  hurry(): void {
    this.hurriedUntil = Date.now() + HURRY_MS;
    this.look();
  }

  /** Ask now, unless an answer is under way or nothing more will come. */
  look = (): void => {
    if (this.isAsking || this.isDone || this.isIdle) return;
    clearTimeout(this.timer);
    void this.ask();
  };

  private async ask(): Promise<void> {
    this.isAsking = true;
    const giveUp = new AbortController();
    const patience = setTimeout(() => giveUp.abort(), PATIENCE_MS);
    try {
      const response = await fetch(`${this.path}?after=${this.last}`, { credentials: "same-origin", signal: giveUp.signal });
      if (response.ok) this.take((await response.json()) as Answer);
      else if (response.status >= 400 && response.status < 500) this.refused();
      else this.failed();
    } catch {
      this.failed();
    }
    clearTimeout(patience);
    this.isAsking = false;
    if (!this.isDone && !this.isIdle) this.timer = setTimeout(this.look, this.pause());
  }

  private take(answer: Answer): void {
    const { record } = this;
    const signs = () => JSON.stringify([record.connection, record.state, record.reason, record.position, record.engine, record.full, record.silent]);
    const before = signs();
    const wasIn = record.state;
    this.failures = 0;
    this.last = answer.last;
    record.connection = "ok";
    record.receive(answer);
    const now = Date.now();
    if (answer.events.length || record.state !== wasIn || !this.heard || now - this.asked > SILENT_MS) this.heard = now;
    this.asked = now;
    const silent = record.state === "running" && record.events ? now - this.heard : 0;
    record.silent = silent < SILENT_MS ? 0 : Math.floor(silent / 1000);
    this.isDone = record.isFinal && !answer.events.length;
    if (answer.events.some(({ kind }) => kind === "commanded")) {
      this.rest(); // somebody waits to see that
      this.hurriedUntil = 0;
    }
    if (answer.events.length || answer.reset || before !== signs()) this.announce();
  }

  private failed(): void {
    this.failures += 1;
    this.record.connection = "lost";
    if (this.failures === 1) this.announce();
  }

  /** Not yours, or gone: asking again would not help. */
  private refused(): void {
    this.isDone = true;
    this.record.connection = "refused";
    this.announce();
  }

  private pause(): number {
    if (this.failures) return Math.min(PAUSE.lost, 500 * 2 ** (this.failures - 1));
    if (document.hidden) return PAUSE.hidden;
    if (this.record.state === "queued" || this.record.state === "paused") return PAUSE.queued;
    const isAwaited = !this.record.step || Date.now() < this.hurriedUntil; // the first point of the curves, or what was asked
    return isAwaited ? PAUSE.first : PAUSE.live;
  }

  private announce(): void {
    for (const watcher of this.watchers) this.tell(watcher);
  }

  /** Whoever watches is told at once the next time. */
  private rest(): void {
    for (const watcher of this.watchers) {
      clearTimeout(watcher.timer);
      watcher.timer = undefined;
      watcher.last = 0;
    }
  }

  /** Now, or as soon as the watcher has had its rest. */
  private tell(watcher: Watcher): void {
    if (watcher.timer !== undefined) return;
    const wait = watcher.last + watcher.gap - Date.now();
    if (wait > 0) {
      watcher.timer = setTimeout(() => {
        watcher.timer = undefined;
        this.tell(watcher);
      }, wait);
      return;
    }
    watcher.last = Date.now();
    try {
      watcher.listener(this.record);
    } catch (fault) {
      console.error(fault); // a plot that cannot be drawn is no reason to stop asking
    }
  }
}

export class Pollers {
  private pollers = new Map<string, Poller>();

  /** Calls the listener with the run's record, at once if anything is known, then as it changes. Ends with the returned function. */
  watch(run: Run, listener: Listener, perSecond = 10): () => void {
    const poller = this.pollers.get(run.id) ?? new Poller(run.id);
    poller.path = run.path;
    if (run.active) poller.goesOn();
    this.pollers.delete(run.id); // to the end: the order is that of use
    this.pollers.set(run.id, poller);
    const idle = [...this.pollers].filter(([, known]) => known !== poller && known.isIdle);
    for (const [id] of idle.slice(0, Math.max(0, idle.length - REMEMBERED))) this.pollers.delete(id);
    return poller.watch(listener, perSecond);
  }

  /** Asks at once: something was asked of this run. */
  look(id: string): void {
    const poller = this.pollers.get(id);
    poller?.goesOn();
    poller?.hurry();
  }

  /** An edit may change what a run that goes on trains by. */
  hurry(id: string | undefined): void {
    if (id) this.pollers.get(id)?.hurry();
  }

  /** Takes what the weights of an earlier step of a run give. */
  recall(id: string, events: Event[]): void {
    this.pollers.get(id)?.recall(events);
  }

  record = (id: string): RunRecord | undefined => this.pollers.get(id)?.record;
}

const PLACE = Symbol.for("graphbuilder.poller");

/** The pollers of this page, the same for every bundle. */
export const pollers: Pollers = ((globalThis as { [PLACE]?: Pollers })[PLACE] ??= new Pollers());
