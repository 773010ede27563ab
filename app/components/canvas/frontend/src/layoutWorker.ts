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
  postMessage: (answer: Places) => void;
}

const scope = self as unknown as Scope;

scope.onmessage = ({ data: { graph, direction, stage } }) => {
  scope.postMessage(tidied(graph, direction, stage));
};
