// Works out a layout apart from the page, which stays alive meanwhile.
import type { Direction, Graph, Places } from "./graph";
import { tidied } from "./layout";
import type { Size } from "./wrap";

export interface LayoutRequest {
  graph: Graph;
  direction: Direction;
  stage: Size | undefined;
}

interface Scope {
  onmessage: (event: MessageEvent<LayoutRequest>) => void;
  postMessage: (answer: Places | null) => void;
}

const scope = self as unknown as Scope;

scope.onmessage = ({ data: { graph, direction, stage } }) => {
  const tell = (answer: Places | null) => scope.postMessage(answer);
  tidied(graph, direction, stage).then(tell, () => tell(null)); // the page tries it itself, with more stack
};
