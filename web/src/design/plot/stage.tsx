// Where plots of tasks are drawn: one sandboxed frame lies over all the places that want one, and is cut to them. What is in it
// is of an origin of its own and reaches nothing; what is around it stays the page's.
import { createContext, useCallback, useContext, useEffect, useLayoutEffect, useMemo, useRef, useState, type ReactNode } from "react";
import { handleKey } from "~/keys/commands";
import type { FromSandbox, PlotOrder, Rect, ToSandbox } from "~/sandbox/protocol";
import { coloursOf, useShownTheme } from "../theme";
import css from "./plot.module.css";

const TOKENS = ["--text", "--text-2", "--text-3", "--line", "--line-strong", "--accent", "--bg"] as const;

interface Slot {
  element: HTMLElement;
  json: string;
  onFailed: (message: string) => void;
}

interface Stage {
  add: (id: string, slot: Slot) => () => void;
  save: (id: string, name: string, as: "png" | "svg") => void;
}

const StageContext = createContext<Stage | null>(null);

export function PlotStage({ children, label }: { children: ReactNode; label: string }) {
  const box = useRef<HTMLDivElement>(null);
  const frame = useRef<HTMLIFrameElement>(null);
  const slots = useRef(new Map<string, Slot>());
  const told = useRef(new Map<string, { json: string; rect: string }>());
  const names = useRef(new Map<string, string>());
  const isReady = useRef(false);
  const pending = useRef(0);
  const [clip, setClip] = useState("path('')");
  const [hasSlots, setHasSlots] = useState(false);
  const theme = useShownTheme();

  const send = useCallback((message: ToSandbox) => frame.current?.contentWindow?.postMessage(message, "*"), []);
  const lay = useCallback(() => {
    pending.current = 0;
    const outer = box.current?.getBoundingClientRect();
    if (!outer) return;
    const plots: PlotOrder[] = [];
    let isNew = told.current.size !== slots.current.size;
    let path = "";
    for (const [id, { element, json }] of slots.current) {
      const inner = element.getBoundingClientRect();
      const rect: Rect = { x: Math.round(inner.left - outer.left), y: Math.round(inner.top - outer.top), width: Math.round(inner.width), height: Math.round(inner.height) };
      path += `M${rect.x} ${rect.y}h${rect.width}v${rect.height}h${-rect.width}z`;
      const before = told.current.get(id);
      const text = JSON.stringify(rect);
      if (before?.rect !== text || before.json !== json) isNew = true;
      plots.push({ id, rect, ...(before?.json === json ? {} : { json }) });
    }
    setClip(`path('${path}')`);
    if (!isReady.current || !isNew) return;
    told.current = new Map(plots.map((plot) => [plot.id, { json: slots.current.get(plot.id)?.json ?? "", rect: JSON.stringify(plot.rect) }]));
    send({ kind: "plots", plots });
  }, [send]);
  const layLater = useCallback(() => {
    pending.current ||= requestAnimationFrame(lay);
  }, [lay]);
  const tellTheme = useCallback(() => {
    if (!box.current) return;
    const values = coloursOf(box.current, TOKENS);
    send({ kind: "theme", colours: Object.fromEntries(TOKENS.map((token, at) => [token, values[at] ?? ""])), isDark: theme === "dark" });
  }, [send, theme]);

  const sizes = useRef<ResizeObserver | null>(null);
  useLayoutEffect(() => {
    const observer = new ResizeObserver(layLater);
    if (box.current) observer.observe(box.current);
    for (const { element } of slots.current.values()) observer.observe(element);
    sizes.current = observer;
    return () => observer.disconnect();
  }, [layLater]);
  useEffect(() => tellTheme(), [tellTheme]);
  useEffect(() => {
    const onMessage = (event: MessageEvent<FromSandbox>) => {
      if (!frame.current || event.source !== frame.current.contentWindow) return;
      const message = event.data;
      if (message.kind === "ready") {
        isReady.current = true;
        told.current.clear();
        tellTheme();
        lay();
      } else if (message.kind === "failed") slots.current.get(message.id)?.onFailed(message.message);
      else if (message.kind === "saved") saveDataUrl(message.dataUrl, `${names.current.get(message.id) ?? "plot"}.${message.as}`);
      else if (message.kind === "key") handleKey(new KeyboardEvent("keydown", { ...message, cancelable: true }));
    };
    addEventListener("message", onMessage);
    return () => removeEventListener("message", onMessage);
  }, [lay, tellTheme]);

  const stage = useMemo<Stage>(() => ({
    add: (id, slot) => {
      slots.current.set(id, slot);
      sizes.current?.observe(slot.element);
      setHasSlots(true);
      layLater();
      return () => {
        if (slots.current.get(id) === slot) slots.current.delete(id);
        sizes.current?.unobserve(slot.element);
        layLater();
      };
    },
    save: (id, name, as) => {
      names.current.set(id, name.replace(/[^\w.-]+/g, "_"));
      send({ kind: "save", id, as });
    },
  }), [layLater, send]);
  return (
    <StageContext value={stage}>
      <div ref={box} className={css.stage}>
        {children}
        {hasSlots ? <iframe ref={frame} className={css.frame} style={{ clipPath: clip }} sandbox="allow-scripts" src="/sandbox.html" title={label} /> : null}
      </div>
    </StageContext>
  );
}

function saveDataUrl(url: string, name: string): void {
  // Only pictures come back; anything else is not offered as a file.
  if (!/^data:image\/(png|svg\+xml)[;,]/.test(url)) return;
  const link = document.createElement("a");
  link.href = url;
  link.download = name;
  link.click();
}

/** A place on the stage where this plot is drawn. */
export function PlotSlot({ id, json, height, label }: { id: string; json: string; height: number | string; label: string }) {
  const stage = useContext(StageContext);
  const element = useRef<HTMLDivElement>(null);
  const [problem, setProblem] = useState<string | null>(null);
  useLayoutEffect(() => {
    if (!element.current || !stage) return;
    setProblem(null);
    return stage.add(id, { element: element.current, json, onFailed: setProblem });
  }, [stage, id, json]);
  return (
    <div ref={element} className={css.slot} style={{ height }} role="figure" aria-label={label}>
      {problem ? <span className="screen-reader">{problem}</span> : null}
    </div>
  );
}

export function useSavePlot(): Stage["save"] {
  return useContext(StageContext)?.save ?? (() => undefined);
}
