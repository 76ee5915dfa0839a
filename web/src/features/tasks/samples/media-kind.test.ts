import { expect, test } from "vitest";
import { mediaKind } from "./media-kind";

test("the ending of the address says what a sample is, whatever its query says", () => {
  expect(mediaKind("http://files:8081/p/a.PNG?x=.mp4")).toBe("image");
  expect(mediaKind("http://files:8081/p/a.wav")).toBe("audio");
  expect(mediaKind("https://files/p/a.webm")).toBe("video");
  expect(mediaKind("http://files:8081/p/report.html")).toBe("file");
  expect(mediaKind("http://files:8081/p/picture")).toBe("image");
});

test("only what is fetched over http is fetched at all", () => {
  for (const url of ["s3://bucket/a.png", "file:///etc/passwd", "javascript:alert(1)//a.png", "data:image/svg+xml,<svg/>", "/tmp/a.png", ""]) expect(mediaKind(url)).toBe("elsewhere");
});
