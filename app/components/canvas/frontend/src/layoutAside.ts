// A layout worked out in a thread of its own; where there is none to be had, on the page.
import type { Direction, Graph, Places } from "./graph";
import { tidied } from "./layout";
import type { LayoutRequest } from "./layoutWorker";
import type { Size } from "./wrap";

const FEW = 60; // nodes, laid out sooner than a thread begins

export async function tidiedAside(graph: Graph, direction: Direction, stage?: Size): Promise<Places> {
  if (graph.nodes.length <= FEW || typeof Worker === "undefined") return tidied(graph, direction, stage);
  const size = stage && { width: stage.width, height: stage.height };
  return (await answer({ graph, direction, stage: size })) ?? tidied(graph, direction, stage);
}

/** null where no thread could be had. */
function answer(request: LayoutRequest): Promise<Places | null> {
  return new Promise((resolve) => {
    const worker = new Worker(new URL("./layoutWorker.ts", import.meta.url), { type: "module" });
    const end = (places: Places | null) => {
      worker.terminate();
      resolve(places);
    };
    worker.onmessage = ({ data }: MessageEvent<Places>) => end(data);
    worker.onerror = () => end(null);
    worker.postMessage(request);
  });
}
