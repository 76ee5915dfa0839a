import { describe, expect, it } from "vitest";
import { barKey, folded, paletteColour, pieces, plain, wrapped } from "./text";

const E = "\u001b";
const texts = (line: string, columns: number) => wrapped(pieces(line), columns).map((row) => row.map((piece) => piece.text).join(""));

describe("a line of a log", () => {
  it("is what was written last, when it was rewritten", () => {
    expect(folded("10%\r50%\r100%")).toBe("100%");
    expect(folded("done\r\r")).toBe("done");
    expect(folded("50%\rdone\r")).toBe("done");
  });

  it("has the colours of a terminal, of its palette and any other", () => {
    expect(pieces(`a ${E}[31mred${E}[0m ${E}[1;92mok${E}[m`)).toEqual([{ text: "a " }, { text: "red", colour: "1" }, { text: " " }, { text: "ok", colour: "10", isBold: true }]);
    expect(pieces(`${E}[38;5;196mx${E}[48;2;1;2;3my`)).toEqual([{ text: "x", colour: "255, 0, 0" }, { text: "y", colour: "255, 0, 0", back: "1, 2, 3" }]);
    expect([paletteColour(9), paletteColour(16), paletteColour(255)]).toEqual(["9", "0, 0, 0", "238, 238, 238"]);
  });

  it("loses sequences that move the cursor, set titles or link, and shows control signs as dots", () => {
    expect(plain(`${E}[2K${E}[1Gtext${E}]0;title\u0007 end`)).toBe("text end");
    expect(plain(`${E}]8;;https://evil.example${E}\\click${E}]8;;${E}\\`)).toBe("click");
    expect(pieces("a\u0000b\u202ec")).toEqual([{ text: "a\u00b7b\u2426c" }]);
    expect(pieces("a\tb")).toEqual([{ text: "a       b" }]);
  });

  it("is text, never markup", () => {
    expect(pieces("<script>alert(1)</script>")).toEqual([{ text: "<script>alert(1)</script>" }]);
  });

  it("is cut into rows of a width, wide signs counted twice, nothing lost", () => {
    expect(texts("abcdefgh", 3)).toEqual(["abc", "def", "gh"]);
    expect(texts("", 3)).toEqual([""]);
    expect(texts("日本語テキスト", 5)).toEqual(["日本", "語テ", "キス", "ト"]);
    expect(texts(`${E}[31mabcd${E}[0mefgh`, 6)).toEqual(["abcdef", "gh"]);
    expect(texts("a🎉b🎉", 3).join("")).toBe("a🎉b🎉");
    expect(texts("x".repeat(20_000), 200)).toHaveLength(100);
    expect(texts("long and not cut", 0)).toEqual(["long and not cut"]);
  });

  it("is a bar that moves when it looks like one", () => {
    expect(barKey("Epoch 3:  45%|███▌      | 45/100 [00:12<00:10]")).toBe("Epoch 3:");
    expect(barKey(" 12%|#         | 12/100")).toBe("");
    expect(barKey("     ━━━━━━━━━━ 12.3/45.6 MB 10 MB/s")).toBe("");
    expect(barKey("391/391 [=======>....] - loss: 0.2")).toBe("");
    expect(barKey("accuracy is 45% of the classes")).toBeNull();
    expect(barKey("plain text")).toBeNull();
    expect(barKey("\r12 of 100 files")).toBe(barKey("\r13 of 100 files"));
    expect(barKey("a line of Windows\r")).toBeNull();
  });
});
