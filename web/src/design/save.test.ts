import { expect, it } from "vitest";
import { csvOf, fileName } from "./save";

it("makes tables in which nothing is a formula, and numbers stay numbers", () => {
  expect(csvOf([["a", '=HYPERLINK("x")'], [-1.5, "@cmd"], ["two\nlines", null]])).toBe("a,\"'=HYPERLINK(\"\"x\"\")\"\n-1.5,'@cmd\n\"two\nlines\",");
});
it("makes names that every file system takes", () => {
  expect(fileName("../../etc/пароль: a/b")).toBe("etc_a_b");
  expect(fileName("///")).toBe("file");
});
