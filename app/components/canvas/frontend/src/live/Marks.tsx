// Over a plot: where something was asked of the run, since when findings are seen, and the step that is looked at.
import type { Run } from "../poller";
import type { At } from "../walk";
import { type OnPlot, sinceOf } from "./found";
import { type Labels, marksOf } from "./marks";
import type { Frame } from "./plot";
import { useRun } from "./useRun";

const PER_SECOND = 4;

interface Props {
  run: Run;
  at: At;
  frame: Frame;
  labels: Labels;
  found: readonly OnPlot[];
}

export function Marks({ run, at, frame, labels, found }: Props) {
  const record = useRun(run, PER_SECOND);
  const marks = marksOf(record.commands, (step) => record.epochOf(step), frame, labels);
  const { left, top, width, height, x } = frame;
  const cursor = at === null ? null : left + ((record.epochOf(at) - x[0]) / (x[1] - x[0])) * width;
  return (
    <div className="lv-marks">
      {marks.map(({ x, room, label, told }) => (
        <span key={told[0]} className="lv-mark" style={{ left: x, top, height }} title={told.join("\n")} data-testid="mark">
          <b style={{ maxWidth: room }}>{label}</b>
          <span className="lv-unseen">{told.join("; ")}</span>
        </span>
      ))}
      {sinceOf(found, frame).map(({ left, width, atRight, title, text }, i) => (
        <span
          key={title}
          className={atRight ? "lv-since at-right" : "lv-since"}
          style={{ left, width, top: top + height - 5 - 20 * i }}
          title={text}
          data-testid="since"
        >
          <b>{title}</b>
          <span className="lv-unseen">{text}</span>
        </span>
      ))}
      {cursor !== null && cursor >= left && cursor <= left + width && (
        <i className="lv-cursor" style={{ left: cursor, top, height }} data-testid="cursor" />
      )}
    </div>
  );
}
