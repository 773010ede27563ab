// Where Streamlit meets the panel of what is inside a network.
import type { FrontendRenderer } from "@streamlit/component-v2-lib";
import { placeIn } from "../mounting";
import type { Data } from "./data";
import { Inside } from "./Inside";
import style from "./looked.css?inline";

const renderer: FrontendRenderer<Record<string, never>, Data> = ({ data, parentElement }) => {
  const place = placeIn(parentElement, "looked", style);
  place.root.render(<Inside data={data} />);
  return place.leave;
};

export default renderer;
