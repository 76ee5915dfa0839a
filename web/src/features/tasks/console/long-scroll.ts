// Scrolling through more rows than an element can be high. The box scrolls natively within `HEIGHT_MAX`; the rows are laid over it
// with an offset that jumps now and then, so that short scrolls move by the pixel and the whole bar reaches from the first row to
// the last. Pure.

/** Browsers stop at some 16 to 33 million pixels. */
export const HEIGHT_MAX = 8_000_000;
const PAGES = 100;

export interface LongScroll {
  /** All rows, in pixels. */
  whole: number;
  /** The element that scrolls. */
  height: number;
  /** What has to be added to a place in the element to get the place among all rows. */
  offset: number;
  top: number;
}

interface Shape {
  height: number;
  page: number;
  pages: number;
  jump: number;
}

function shapeOf(whole: number): Shape {
  if (whole <= HEIGHT_MAX) return { height: whole, page: Math.max(1, whole), pages: 1, jump: 0 };
  const page = HEIGHT_MAX / PAGES;
  const pages = Math.floor(whole / page);
  return { height: HEIGHT_MAX, page, pages, jump: (whole - HEIGHT_MAX) / (pages - 1) };
}

function at(shape: Shape, whole: number, y: number, view: number): LongScroll {
  const place = Math.max(0, Math.min(y, whole - view));
  const offset = Math.round(Math.min(shape.pages - 1, Math.floor(place / shape.page)) * shape.jump);
  return { whole, height: shape.height, offset, top: place - offset };
}

/** Where the box has to stand so that it shows the place `y` among all rows. */
export function scrolledTo(whole: number, y: number, view: number): LongScroll {
  return at(shapeOf(whole), whole, y, view);
}

/** What a scroll of the element from `before.top` to `top` means. */
export function scrolledBy(before: LongScroll, top: number, view: number): LongScroll {
  const shape = shapeOf(before.whole);
  if (shape.pages === 1) return { ...before, offset: 0, top };
  if (Math.abs(top - before.top) < view * 2) {
    // A wheel or a key: by the pixel. Only at a page's edge does the element jump with it.
    return at(shape, before.whole, top + before.offset, view);
  }
  // The bar was dragged: its place is a share of the whole.
  const share = top / Math.max(1, shape.height - view);
  const page = Math.min(shape.pages - 1, Math.floor((share * (before.whole - view)) / shape.page));
  return { whole: before.whole, height: shape.height, offset: Math.round(page * shape.jump), top };
}

export function placeOf(scroll: LongScroll): number {
  return scroll.top + scroll.offset;
}
