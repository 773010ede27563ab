// What is known of one run: its events folded into a record that stays small however long the run is.
import { StepSeries } from "./steps";

export type State = "queued" | "starting" | "running" | "finished" | "stopped" | "diverged" | "failed" | "killed" | "lost" | "paused"; // paused: by a server that closed, until the next takes it up
export const FINAL: ReadonlySet<string> = new Set<State>(["finished", "stopped", "diverged", "failed", "killed", "lost"]);

export interface Started {
  kind: "started";
  parameters: number;
  rows: [number, number, number];
  steps_per_epoch: number;
  epochs: number;
}

export interface Steps {
  kind: "steps";
  first: number;
  stride?: number;
  losses: (number | null)[];
  seconds: number;
}

export type Metrics = Record<string, number | null>;

export interface Epoch {
  kind: "epoch";
  number: number;
  step: number;
  metrics: Metrics;
  seconds: number;
  best: boolean;
}

export interface Activations {
  mean: number | null;
  spread: number | null;
  low: number;
  high: number;
  counts: number[];
  dead: number | null;
}

export interface Probe {
  kind: "probe";
  step: number;
  seconds: number;
  nodes: Record<string, Activations>;
}

/** What the network answers over a square grid, row by row from the lowest y up; the newest is kept. */
export interface Boundary {
  kind: "boundary";
  step: number;
  output: string;
  low: [number, number]; // the grid's corners
  high: [number, number];
  size: number; // cells along a side
  best: number[]; // the likeliest class in each cell
  sure: number[]; // its probability, in hundredths
}

export interface Ended {
  kind: "ended";
  state: "finished" | "stopped" | "diverged";
  reason: string;
  epochs: number;
  steps: number;
  kept_epoch: number;
  kept: Metrics;
  seconds: number;
}

export type Event = Started | Steps | Epoch | Probe | Boundary | Ended;

export interface Answer {
  state: State;
  reason: string | null;
  position: number | null;
  wait: number | null; // seconds
  paused: boolean; // the queue, by whoever runs the server
  engine: "starting" | "ready" | "lost";
  last: number;
  reset: boolean;
  events: Event[];
}

/** The activations of one node at one step. */
export interface Slice extends Activations {
  step: number;
}

export const SLICES = 40;
export const EPOCHS = 2000;
const RECENT_SECONDS = 5;

/** One node over the run: slices evenly over time, and the newest look. */
export class History {
  slices: Slice[] = [];
  now: Slice | null = null;
  private every = 1; // of the looks, one in so many is a slice
  private looks = 0;

  add(slice: Slice): void {
    this.now = slice;
    if (this.looks++ % this.every) return;
    this.slices.push(slice);
    if (this.slices.length <= SLICES) return;
    this.slices = this.slices.filter((_, i) => i % 2 === 0);
    this.every *= 2;
  }
}

export class RunRecord {
  state: State | null = null; // null: the server has not answered yet
  reason: string | null = null;
  position: number | null = null;
  wait: number | null = null;
  paused = false;
  engine: Answer["engine"] = "ready";
  connection: "ok" | "lost" | "refused" = "ok";
  started: Started | null = null;
  steps = new StepSeries();
  epochs: Epoch[] = [];
  best: Epoch | null = null;
  nodes = new Map<string, History>();
  boundary: Boundary | null = null;
  ended: Ended | null = null;
  step = 0;
  loss: number | null = null; // of the newest step
  events = 0; // how many were folded in
  looks = 0; // how many of them were probes
  private recent: { step: number; seconds: number }[] = [];

  constructor(readonly run: string) {}

  /** What the server says. Events come in order, each once; a reset means that these stand for all that happened. */
  receive(answer: Answer): void {
    if (answer.reset) this.forget();
    this.state = answer.state;
    this.reason = answer.reason;
    this.position = answer.position;
    this.wait = answer.wait;
    this.paused = answer.paused;
    this.engine = answer.engine;
    for (const event of answer.events) this.fold(event);
  }

  get isFinal(): boolean {
    return this.state !== null && FINAL.has(this.state);
  }

  /** Over the last seconds; null until there is something to go by. */
  get stepsPerSecond(): number | null {
    const [from, to] = [this.recent[0], this.recent.at(-1)];
    if (!from || !to || to.seconds <= from.seconds) return null;
    return (to.step - from.step) / (to.seconds - from.seconds);
  }

  get secondsLeft(): number | null {
    const speed = this.stepsPerSecond;
    if (!speed || !this.started) return null;
    return Math.max(0, this.started.epochs * this.started.steps_per_epoch - this.step) / speed;
  }

  private forget(): void {
    const { connection } = this;
    Object.assign(this, new RunRecord(this.run), { connection });
  }

  private fold(event: Event): void {
    this.events += 1;
    switch (event.kind) {
      case "started":
        this.started = event;
        break;
      case "steps":
        this.takeSteps(event);
        break;
      case "epoch":
        this.takeEpoch(event);
        break;
      case "probe":
        this.looks += 1;
        for (const [id, seen] of Object.entries(event.nodes)) this.history(id).add({ ...seen, step: event.step });
        break;
      case "boundary":
        this.boundary = event;
        break;
      case "ended":
        this.ended = event;
        this.step = event.steps;
        break;
    }
  }

  private takeSteps({ first, stride = 1, losses, seconds }: Steps): void {
    if (!losses.length) return;
    this.steps.push(first, losses, stride);
    this.step = first + losses.length * stride - 1;
    this.loss = losses[losses.length - 1];
    this.recent.push({ step: this.step, seconds });
    while (this.recent.length > 2 && (seconds - this.recent[1].seconds > RECENT_SECONDS || this.recent.length > 200)) this.recent.shift();
  }

  private takeEpoch(event: Epoch): void {
    this.epochs.push(event);
    this.step = Math.max(this.step, event.step);
    if (event.best) this.best = event;
    if (this.epochs.length > EPOCHS) this.epochs = this.epochs.filter((epoch, i) => i % 2 === 1 || epoch === this.best || epoch === event);
  }

  private history(id: string): History {
    const known = this.nodes.get(id) ?? new History();
    this.nodes.set(id, known);
    return known;
  }
}
