// Where Streamlit meets the view of what is inside a node.
import type { FrontendRenderer } from "@streamlit/component-v2-lib";
import { placeIn } from "../mounting";
import type { Data } from "./data";
import { Inside } from "./Inside";
import style from "./inside.css?inline";

const renderer: FrontendRenderer<Record<string, never>, Data> = ({ data, parentElement }) => {
  const place = placeIn(parentElement, "inside", style);
  place.root.render(<Inside data={data} />);
  return place.leave;
};

export default renderer;
