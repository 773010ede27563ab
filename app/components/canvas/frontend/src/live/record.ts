// What is known of one run: its events folded into a record that stays small however long the run is.
import { StepSeries } from "./steps";

export type State = "queued" | "starting" | "running" | "holding" | "finished" | "stopped" | "diverged" | "failed" | "killed" | "lost" | "paused"; // paused: by a server that closed, until the next takes it up
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
  rate?: number | null; // the learning rate of its last step; not in records of older programs
}

export interface Activations {
  mean: number | null;
  spread: number | null;
  low: number;
  high: number;
  counts: number[];
  dead: number | null;
  saturated?: number | null; // share of values near a bound of tanh, sigmoid or softmax
}

export interface Probe {
  kind: "probe";
  step: number;
  seconds: number;
  nodes: Record<string, Activations>;
}

/** How the numbers of one variable are distributed. */
export interface Distribution {
  mean: number | null;
  spread: number | null;
  rms: number | null;
  low: number;
  high: number;
  counts: number[];
  zero: number | null; // the share that is exactly 0
}

/** One trained variable of a layer: its weight, the loss' gradient, and what the step before this look changed. */
export interface Variable {
  weight: Distribution;
  gradient: Distribution;
  update: Distribution | null; // null before the first step
  update_ratio: number | null; // rms of the update over rms of the weight
}

/** The trained variables by node and name; flow: of every node the norm of the gradient that comes back to its output. */
export interface Layers {
  kind: "layers";
  step: number;
  seconds: number;
  nodes: Record<string, Record<string, Variable>>;
  flow: Record<string, number | null>;
}

/** What the same few training rows say after this many steps. */
export interface Batch {
  kind: "batch";
  step: number;
  seconds: number;
  gradient_norm: number | null;
  gradient_noise: number | null;
}

/** What the training needs, as far as it was known after this many steps. */
export interface Estimate {
  kind: "estimate";
  step: number;
  seconds: number;
  memory: number; // bytes at most, beside Keras itself, as estimated; 0: nobody knows
  used: number; // bytes, the most so far, with Keras
  each: number | null; // seconds of a step with all that is done beside it
  left: number | null; // seconds
}

/** What somebody asked of the run while it went on, as it was worked. settings: by name, from what to what. */
export interface Commanded {
  kind: "commanded";
  step: number;
  seconds: number;
  command: string;
  settings: Record<string, [unknown, unknown]>;
  words: string;
}

/** What the network answers over a square grid, row by row from the lowest y up. */
export interface Boundary {
  kind: "boundary";
  step: number;
  output: string;
  low: [number, number]; // the grid's corners
  high: [number, number];
  size: number; // cells along a side
  best: number[]; // the likeliest class in each cell
  sure: number[]; // its probability, in hundredths
  values?: number[]; // where an amount is answered: how far that is on the way along the span, in hundredths
  span?: [number, number] | null;
}

/** What the first units of each node answer over the boundary's square, coarser: a letter a cell, "P" for zero. */
export interface Units {
  kind: "units";
  step: number;
  size: number;
  nodes: Record<string, string[]>;
  counts: Record<string, number>;
  reaches?: Record<string, (number | null)[]>; // what the farthest letter of each stands for; not in records of older programs
  weights?: Record<string, { kernel?: (number | null)[]; bias?: (number | null)[] }>; // of the nodes that weigh what comes in, a row for each input
}

/** The steps whose weights are kept now. */
export interface Snapshots {
  kind: "snapshots";
  steps: number[];
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

export type Event = Started | Steps | Epoch | Probe | Layers | Batch | Estimate | Commanded | Boundary | Units | Snapshots | Ended;

export interface Answer {
  state: State;
  reason: string | null;
  position: number | null;
  wait: number | null; // seconds
  paused: boolean; // the queue, by whoever runs the server
  engine: "starting" | "ready" | "lost";
  full?: boolean; // the server's disk
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

/** The variables of one node at one step. */
export interface LayerSlice {
  step: number;
  variables: Record<string, Variable>;
}

/** How the gradient's norm flows back at one step, by node. */
export interface Flow {
  step: number;
  norms: Record<string, number | null>;
}

/** What was seen again and again over a run: slices evenly over time, and the newest look. */
export class Kept<Look extends { step: number }> {
  slices: Look[] = [];
  now: Look | null = null;
  private every = 1; // of the looks, one in so many is a slice
  private looks = 0;

  add(look: Look): void {
    this.now = look;
    if (this.looks++ % this.every) return;
    this.slices.push(look);
    if (this.slices.length <= SLICES) return;
    this.slices = this.slices.filter((_, i) => i % 2 === 0);
    this.every *= 2;
  }

  /** What was seen of an earlier step, that is told later. */
  insert(look: Look): void {
    const place = this.slices.findLastIndex(({ step }) => step <= look.step);
    if (this.slices[place]?.step !== look.step) this.slices.splice(place + 1, 0, look);
  }

  /** The newest look at this step or before it, of those that `has` takes; null for the step: the newest of all. */
  at(step: number | null, has: (look: Look) => boolean = () => true): Look | null {
    const fits = (look: Look) => (step === null || look.step <= step) && has(look);
    return this.now && fits(this.now) ? this.now : (this.slices.findLast(fits) ?? null);
  }

  get steps(): number[] {
    return [...this.slices, ...(this.now ? [this.now] : [])].map(({ step }) => step);
  }
}

export type History = Kept<Slice>;

export class RunRecord {
  state: State | null = null; // null: the server has not answered yet
  reason: string | null = null;
  position: number | null = null;
  wait: number | null = null;
  paused = false;
  engine: Answer["engine"] = "ready";
  full = false;
  silent = 0; // whole seconds for which a training that goes told nothing; 0 where they are few
  connection: "ok" | "lost" | "refused" = "ok";
  started: Started | null = null;
  steps = new StepSeries();
  epochs: Epoch[] = [];
  best: Epoch | null = null;
  nodes = new Map<string, History>();
  layers = new Map<string, Kept<LayerSlice>>();
  flow = new Kept<Flow>();
  boundaries = new Kept<Boundary>();
  units = new Kept<Units>();
  batches = new Kept<Batch>();
  kept: number[] = []; // the steps whose weights are kept
  commands: Commanded[] = [];
  estimate: Estimate | null = null;
  ended: Ended | null = null;
  step = 0;
  loss: number | null = null; // of the newest step
  events = 0; // how many were folded in
  looks = 0; // how many of them looked into the network
  private epochStride = 1;
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
    this.full = !!answer.full;
    for (const event of answer.events) this.fold(event);
  }

  /** How many steps a second it may take at most; null: as many as it can. */
  get speed(): number | null {
    return speedOf(this.commands.findLast(({ command }) => command === "speed")?.words ?? "");
  }

  /** Whether the learning rate was recorded. */
  get hasRate(): boolean {
    return this.epochs.some(({ rate }) => typeof rate === "number");
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
    const [speed, all] = [this.stepsPerSecond, this.allEpochs];
    if (!speed || !all) return null;
    return (Math.max(0, all - this.epochOf(this.step)) * this.perEpoch) / speed;
  }

  /** The epochs that it is to have, as it was asked last; null before it began. */
  get allEpochs(): number | null {
    return this.started && (this.changed("epochs") ?? this.started.epochs);
  }

  /** Steps that an epoch has from now on. */
  get perEpoch(): number {
    if (!this.started) return 1;
    const batch = this.changed("batch_size");
    return batch ? Math.ceil(this.started.rows[0] / batch) : this.started.steps_per_epoch;
  }

  /** Where a step stands on the axis of epochs: with the batch size, the steps of an epoch may change. */
  epochOf(step: number): number {
    const { epochs } = this;
    let [low, high] = [0, epochs.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (epochs[middle].step <= step) low = middle + 1;
      else high = middle;
    }
    const before = epochs[low - 1] ?? { number: 0, step: 0 };
    const after = epochs[low];
    if (!after) return before.number + (step - before.step) / this.perEpoch;
    return before.number + ((step - before.step) / (after.step - before.step)) * (after.number - before.number);
  }

  /** What a setting was changed to while the run went. */
  private changed(name: string): number | null {
    const value = this.commands.findLast(({ settings }) => name in settings)?.settings[name][1];
    return typeof value === "number" ? value : null;
  }

  /** What the weights of an earlier step give, which was not recorded or not kept. */
  recall(events: readonly Event[]): void {
    this.looks += 1;
    for (const event of events) {
      if (event.kind === "probe") for (const [id, seen] of Object.entries(event.nodes)) keptOf(this.nodes, id).insert({ ...seen, step: event.step });
      else if (event.kind === "boundary") this.boundaries.insert(event);
      else if (event.kind === "units") this.units.insert(event);
    }
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
        for (const [id, seen] of Object.entries(event.nodes)) keptOf(this.nodes, id).add({ ...seen, step: event.step });
        break;
      case "layers":
        this.looks += 1;
        for (const [id, variables] of Object.entries(event.nodes)) keptOf(this.layers, id).add({ step: event.step, variables });
        this.flow.add({ step: event.step, norms: event.flow });
        break;
      case "batch":
        this.batches.add(event);
        break;
      case "estimate":
        this.estimate = event;
        break;
      case "commanded":
        this.commands.push(event);
        break;
      case "boundary":
        this.looks += 1;
        this.boundaries.add(event);
        break;
      case "units":
        this.units.add(event);
        break;
      case "snapshots":
        this.looks += 1;
        this.kept = event.steps;
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
    const newest = this.epochs.at(-1);
    if (newest && !this.stays(newest)) this.epochs.pop();
    this.epochs.push(event);
    this.step = Math.max(this.step, event.step);
    if (event.best) this.best = event;
    if (this.epochs.length <= EPOCHS) return;
    this.epochStride *= 2;
    this.epochs = this.epochs.filter((epoch) => this.stays(epoch) || epoch === event);
  }

  /** The first, every so many, and the best: as far from each other early as late. */
  private stays(epoch: Epoch): boolean {
    return (epoch.number - 1) % this.epochStride === 0 || epoch === this.best;
  }
}

function keptOf<Look extends { step: number }>(all: Map<string, Kept<Look>>, id: string): Kept<Look> {
  const known = all.get(id) ?? new Kept<Look>();
  all.set(id, known);
  return known;
}

/** How many steps a second a command allowed, by its words: "at most 5 steps a second"; null: as many as it can. */
export const speedOf = (words: string): number | null => Number(/at most ([\d.e+]+)/.exec(words)?.[1] ?? 0) || null;
