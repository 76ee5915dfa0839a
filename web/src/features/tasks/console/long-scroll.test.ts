import { describe, expect, it } from "vitest";
import { HEIGHT_MAX, placeOf, scrolledBy, scrolledTo } from "./long-scroll";

const VIEW = 800;

describe("scrolling through a log", () => {
  it("is the browser's own as long as the rows fit", () => {
    const scroll = scrolledTo(100_000, 5_000, VIEW);
    expect(scroll).toEqual({ whole: 100_000, height: 100_000, offset: 0, top: 5_000 });
    expect(placeOf(scrolledBy(scroll, 5_040, VIEW))).toBe(5_040);
    expect(placeOf(scrolledTo(100_000, 1e9, VIEW))).toBe(100_000 - VIEW);
  });

  it("of ten million lines moves by the pixel with the wheel, over many edges", () => {
    const whole = 10_000_000 * 18;
    let scroll = scrolledTo(whole, 3_000_000, VIEW);
    for (let i = 1; i <= 5_000; i += 1) {
      scroll = scrolledBy(scroll, scroll.top + 100, VIEW);
      expect(placeOf(scroll)).toBe(3_000_000 + i * 100);
      expect(scroll.top).toBeGreaterThanOrEqual(0);
      expect(scroll.top).toBeLessThanOrEqual(HEIGHT_MAX - VIEW);
    }
  });

  it("of ten million lines reaches both ends with the bar, and what lies between in order", () => {
    const whole = 10_000_000 * 18;
    let last = -1;
    for (let share = 0; share <= 1; share += 0.05) {
      const scroll = scrolledBy(scrolledTo(whole, share < 0.5 ? whole : 0, VIEW), share * (HEIGHT_MAX - VIEW), VIEW);
      expect(placeOf(scroll)).toBeGreaterThan(last);
      expect(Math.abs(placeOf(scroll) / whole - share)).toBeLessThan(0.02);
      last = placeOf(scroll);
    }
    expect(placeOf(scrolledBy(scrolledTo(whole, 0, VIEW), HEIGHT_MAX - VIEW, VIEW))).toBe(whole - VIEW);
    expect(placeOf(scrolledBy(scrolledTo(whole, whole, VIEW), 0, VIEW))).toBe(0);
  });
});
