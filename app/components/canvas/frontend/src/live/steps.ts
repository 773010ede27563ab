// The losses of all steps of a run in bounded room: at most LIMIT points, each the mean of the steps it stands for, with the
// least and the greatest of them, so that no spike is lost.

export const LIMIT = 2000;

interface Point {
  bucket: number;
  from: number; // first and last step, counted from 1
  to: number;
  count: number; // of finite losses
  mean: number;
  low: number;
  high: number;
}

export class StepSeries {
  points: Point[] = [];
  width = 1; // steps a point stands for

  /** `losses` of consecutive steps; with a stride each is the mean of that many. null is a loss that was no number. */
  push(first: number, losses: readonly (number | null)[], stride = 1): void {
    while (this.width < stride) this.widen();
    losses.forEach((loss, i) => this.add(first + i * stride, stride, loss));
  }

  /** The loss of this step, or the mean of those that a point stands for; null where it is not known. */
  at(step: number): number | null {
    const point = this.points.find(({ from, to }) => from <= step && step <= to);
    return point?.count ? point.mean : null;
  }

  private add(from: number, stride: number, loss: number | null): void {
    const bucket = Math.floor((from - 1) / this.width);
    const to = from + stride - 1;
    const finite = loss !== null && Number.isFinite(loss);
    const point = finite
      ? { bucket, from, to, count: stride, mean: loss, low: loss, high: loss }
      : { bucket, from, to, count: 0, mean: NaN, low: Infinity, high: -Infinity };
    const last = this.points.at(-1);
    if (last?.bucket === bucket) this.points[this.points.length - 1] = merged(last, point);
    else this.points.push(point);
    if (this.points.length > LIMIT) this.widen();
  }

  private widen(): void {
    this.width *= 2;
    const points: Point[] = [];
    for (const point of this.points) {
      const bucket = Math.floor(point.bucket / 2);
      const last = points.at(-1);
      if (last?.bucket === bucket) points[points.length - 1] = merged(last, { ...point, bucket });
      else points.push({ ...point, bucket });
    }
    this.points = points;
  }
}

function merged(a: Point, b: Point): Point {
  const count = a.count + b.count;
  const mean = !a.count ? b.mean : !b.count ? a.mean : a.mean + ((b.mean - a.mean) * b.count) / count;
  return { bucket: b.bucket, from: a.from, to: b.to, count, mean, low: Math.min(a.low, b.low), high: Math.max(a.high, b.high) };
}
