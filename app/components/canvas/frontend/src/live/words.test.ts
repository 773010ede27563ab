import { expect, it } from "vitest";
import { numbered } from "./words";

it("the number at the end of a name is told apart, which stays where there is no room for the rest", () => {
  expect(numbered("hidden 12")).toEqual(["hidden", " 12"]);
  expect(numbered("conv2d_7")).toEqual(["conv2d", "_7"]);
  expect(numbered("score")).toEqual(["score", ""]);
  expect(numbered("3")).toEqual(["", "3"]);
  expect(numbered("two\nlines 4")).toEqual(["two\nlines", " 4"]);
});
