import { expect, it } from "vitest";
import { wellFormed } from "./address";

it("takes a percent sign that means nothing as itself, and leaves every other path alone", () => {
  expect(wellFormed("/t/%ff/config")).toBe("/t/%25ff/config");
  expect(wellFormed("/t/100%")).toBe("/t/100%25");
  expect(wellFormed("/projects/a%20b/%E5%AE%9F")).toBe("/projects/a%20b/%E5%AE%9F");
});
