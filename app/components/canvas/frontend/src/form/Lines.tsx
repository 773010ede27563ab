// What is told in lines of their own: a press on one that is about a node shows it.
import { useSession } from "../context";
import type { Line } from "./data";

export function Lines({ lines }: { lines: Line[] }) {
  const session = useSession();
  return (
    <ul className="gb-faults gb-lines">
      {lines.map(({ text, node }, place) => (
        <li key={place}>
          {node ? (
            <button type="button" title="Show the node" onClick={() => session.show(node)}>
              {withCode(text)}
            </button>
          ) : (
            <span>{withCode(text)}</span>
          )}
        </li>
      ))}
    </ul>
  );
}

/** What stands between backticks is code. */
const withCode = (text: string) => text.split("`").map((part, place) => (place % 2 ? <code key={place}>{part}</code> : part));
