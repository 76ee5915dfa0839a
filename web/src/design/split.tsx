// A list and what is looked at beside it. The edge is drawn with the mouse or, when it has the focus, with the arrows.
import { useRef, type KeyboardEvent, type PointerEvent, type ReactNode } from "react";
import { usePreferences, useSetPreferences } from "~/preferences/preferences";
import css from "./split.module.css";

const LEAST = 340;

export function Split({ children, side, label }: { children: ReactNode; side: ReactNode | null; label: string }) {
  const { panelWidth = 0 } = usePreferences();
  const set = useSetPreferences();
  const box = useRef<HTMLDivElement>(null);
  const panel = useRef<HTMLElement>(null);
  const bounded = (width: number) => Math.max(LEAST, Math.min(width, (box.current?.clientWidth ?? 1200) - 260));
  const onPointerDown = (event: PointerEvent<HTMLDivElement>) => {
    const grip = event.currentTarget;
    event.preventDefault();
    grip.setPointerCapture(event.pointerId);
    const right = box.current?.getBoundingClientRect().right ?? 0;
    const move = (step: globalThis.PointerEvent) => panel.current?.style.setProperty("width", `${bounded(right - step.clientX)}px`);
    grip.addEventListener("pointermove", move);
    grip.addEventListener(
      "lostpointercapture",
      () => {
        grip.removeEventListener("pointermove", move);
        if (panel.current) set({ panelWidth: panel.current.offsetWidth });
      },
      { once: true },
    );
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const step = { ArrowLeft: 40, ArrowRight: -40 }[event.key];
    if (!step || !panel.current) return;
    event.preventDefault();
    const width = bounded(panel.current.offsetWidth + step);
    panel.current.style.width = `${width}px`;
    set({ panelWidth: width });
  };
  return (
    <div className={css.split} ref={box}>
      <div className={css.main}>{children}</div>
      {side ? (
        <>
          <div className={css.edge} role="separator" tabIndex={0} aria-orientation="vertical" aria-label={`Width of ${label}`} aria-valuenow={panelWidth || 560} aria-valuemin={LEAST} aria-valuemax={4000} onPointerDown={onPointerDown} onKeyDown={onKeyDown} />
          <aside className={css.side} ref={panel} aria-label={label} style={{ width: panelWidth > 0 ? panelWidth : "min(46%, 720px)" }}>
            {side}
          </aside>
        </>
      ) : null}
    </div>
  );
}
