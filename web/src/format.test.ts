import { describe, expect, it } from "vitest";
import { ago, ansi, bytes, collapseProgress, number, span } from "./format";

describe("times", () => {
  const now = Date.parse("2026-01-02T00:00:00Z");
  it("are told in the largest unit that is not zero", () => {
    expect(ago("2026-01-01T23:59:55Z", now)).toBe("just now");
    expect(ago("2026-01-01T23:58:00Z", now)).toBe("2 min ago");
    expect(ago("2025-12-30T00:00:00Z", now)).toBe("3 d ago");
    expect(span(3600 * 5)).toBe("5 h");
  });
  it("are nothing when there is none", () => {
    expect(ago(null, now)).toBe("");
    expect(ago("no date", now)).toBe("");
  });
});

describe("numbers", () => {
  it("have six significant digits", () => {
    expect(number(0.123456789)).toBe("0.123457");
    expect(number(42)).toBe("42");
    expect(number(1.5e-7)).toBe("1.500e-7");
    expect(number(Number.NaN)).toBe("NaN");
    expect(number(undefined)).toBe("");
  });
  it("of bytes have binary units", () => {
    expect(bytes(512)).toBe("512 B");
    expect(bytes(5 * 1024 ** 3)).toBe("5.0 GiB");
  });
});

describe("log lines", () => {
  it("keep what a progress bar showed last", () => {
    expect(collapseProgress("10%\r50%\r100%\r\nnext")).toBe("100%\nnext");
  });
  it("are cut at their colours, other sequences are dropped", () => {
    expect(ansi("a\u001b[31mred\u001b[1mbold\u001b[0mplain\u001b[2K")).toEqual([
      { text: "a" },
      { text: "red", colour: "red" },
      { text: "bold", colour: "red", bold: true },
      { text: "plain" },
    ]);
  });
});
