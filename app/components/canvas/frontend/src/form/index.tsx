// Where Streamlit meets the forms: parameters, settings and options as fields, and what else is pressed beside the canvas and has to
// reach Python once. All of it goes the way of the canvas' edits.
import type { FrontendRenderer } from "@streamlit/component-v2-lib";
import { placeIn } from "../mounting";
import { sessionOf } from "../session";
import { Beside } from "./Beside";
import type { Data } from "./data";
import style from "./form.css?inline";

const renderer: FrontendRenderer<Record<string, never>, Data> = ({ data, parentElement }) => {
  const place = placeIn(parentElement, "form", style);
  place.root.render(<Beside session={sessionOf(data.id)} data={data} />);
  return place.leave;
};

export default renderer;
