// Where Streamlit meets the panel that tries a trained network.
import type { FrontendRenderer } from "@streamlit/component-v2-lib";
import { placeIn } from "../mounting";
import type { Data } from "./data";
import { Try } from "./Try";
import style from "./try.css?inline";

const renderer: FrontendRenderer<Record<string, never>, Data> = ({ data, parentElement }) => {
  const place = placeIn(parentElement, "try", style);
  place.root.render(<Try key={data.run} data={data} />);
  return place.leave;
};

export default renderer;
