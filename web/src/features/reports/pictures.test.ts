import { expect, test } from "vitest";
import { picturePath, pictureProblem, pictureText } from "./pictures";

test("pictures that a browser shows are taken, drawings that hold scripts and films are not", () => {
  expect(pictureProblem({ type: "image/png", size: 10, name: "a.png" })).toBeNull();
  expect(pictureProblem({ type: "image/svg+xml", size: 10, name: "a.svg" })).toContain("a.svg is no");
  expect(pictureProblem({ type: "video/mp4", size: 10, name: "a.mp4" })).toContain("no PNG");
  expect(pictureProblem({ type: "image/png", size: 40 << 20, name: "a.png" })).toContain("32 MiB");
});

test("a path keeps a readable name and its own kind", () => {
  expect(picturePath("r1", { type: "image/jpeg", name: "../My photo (1).PNG" }, "u")).toBe("reports/r1/My-photo-1-u.jpg");
  expect(picturePath("r1", { type: "image/png", name: "実験.png" }, "u")).toBe("reports/r1/picture-u.png");
});

test("a name cannot break out of its brackets", () => {
  expect(pictureText("a](javascript:alert(1)).png", "http://files/x.png")).toBe("![a (javascript:alert(1))](http://files/x.png)");
});
