// Every fault and warning: a press shows the node, a button beside it mends it where it is known how, a link tells more of such faults.
import { useEffect, useRef, useState } from "react";
import { useCell } from "../cell";
import { useSession } from "../context";
import { evidence } from "../evidence";
import { FaultIcon } from "../Icon";
import { lookOf } from "../stores";
import type { Listed } from "./data";
import { beside, useOnTop } from "./onTop";
import { Repairs } from "./Repairs";

interface Props {
  faults: Listed[];
  empty: string;
  inLine: boolean; // the first alone, in one line, with how many more there are
  run?: string | null; // that they are findings of
}

export function FaultList({ faults, empty, inLine, run }: Props) {
  useMarked(run, faults);
  const session = useSession();
  const loud = useCell(session.loud);
  if (!faults.length) return <p className="gb-none">{empty}</p>;
  const [shown, rest] = inLine ? [faults.slice(0, 1), faults.slice(1)] : [faults, []];
  return (
    <ul className={inLine ? "gb-faults is-line" : "gb-faults"}>
      {shown.map((fault, place) => (
        <li key={place} className={`is-${lookOf(fault, loud)}`} data-testid="told">
          <FaultIcon severity={lookOf(fault, loud)} />
          <div className="gb-saying">
            <Said whole={fault.text} text={inLine ? seenOf(fault) : fault.text} inLine={inLine} show={fault.nodes.length ? () => session.show(fault.nodes[0]) : undefined} />
            <Repairs repairs={fault.repairs} node={fault.nodes[0]} />
            <a className="gb-meant" href={fault.help} target="_blank" rel="noopener" title="What this means, in help" aria-label={`Help: ${fault.text}`}>
              ?
            </a>
            {rest.length > 0 && (
              <span className="gb-rest" title={rest.map(({ text }) => text).join("\n")}>
                + {rest.length}
                <span className="gb-unseen">{`: ${rest.map(({ text }) => text).join(" ")}`}</span>
              </span>
            )}
          </div>
        </li>
      ))}
    </ul>
  );
}

/** What is found alone, where what to do stands on the buttons beside it: a line has little room. */
const seenOf = ({ text, fix, repairs }: Listed) => (fix && repairs.length ? text.slice(0, text.lastIndexOf(fix)).trim() : text);

/** What is found, to be pressed where it is about a node. What a line is too short for is whole beside it, by pointer or focus. */
function Said({ text, whole, inLine, show }: { text: string; whole: string; inLine: boolean; show?: () => void }) {
  const mark = useRef<HTMLElement | null>(null);
  const [isOpen, setOpen] = useState(false);
  const open = () => setOpen(text !== whole || isCut(mark.current!));
  const close = () => setOpen(false);
  const hand = inLine ? { onPointerEnter: open, onPointerLeave: close, onFocus: open, onBlur: close } : {};
  return (
    <>
      {show ? (
        <button ref={(made) => void (mark.current = made)} type="button" title={inLine ? undefined : "Show the node"} onClick={show} {...hand}>
          {text}
        </button>
      ) : (
        <span ref={(made) => void (mark.current = made)} tabIndex={inLine ? 0 : undefined} {...hand}>
          {text}
        </span>
      )}
      {isOpen && <Whole text={whole} mark={mark.current!} />}
    </>
  );
}

const isCut = ({ scrollHeight, clientHeight, scrollWidth, clientWidth }: HTMLElement) => scrollHeight > clientHeight + 1 || scrollWidth > clientWidth + 1;

function Whole({ text, mark }: { text: string; mark: HTMLElement }) {
  const tip = useOnTop((box) => beside(mark.getBoundingClientRect(), box));
  return (
    <div ref={tip} popover="manual" className="gb-tip" aria-hidden="true" data-testid="whole">
      <p>{text}</p>
    </div>
  );
}

/** Has curves and layers of the run marked where these are seen, as long as they are told. */
function useMarked(run: string | null | undefined, faults: Listed[]) {
  const told = JSON.stringify(faults.map(({ title = "", text, evidence = [] }) => ({ title, text, evidence })));
  useEffect(() => (run ? evidence.tell(run, JSON.parse(told)) : undefined), [run, told]);
}
