// One sample as large as the window allows; from iteration to iteration and from sample to sample by the server's own order.
import { ChevronLeft, ChevronRight, Download, ZoomIn, ZoomOut } from "lucide-react";
import { useEffect, useState, type KeyboardEvent } from "react";
import { useQuery } from "@tanstack/react-query";
import { call } from "~/api/client";
import type { ImageEvent } from "~/api/documents";
import { IconButton } from "~/design/button";
import { cx } from "~/design/class-names";
import { Dialog } from "~/design/dialog";
import { toast } from "~/design/toast";
import { SampleMedia } from "./media";
import { mediaKind } from "./media-kind";
import css from "./samples.module.css";

export function SampleViewer({ task, isModel, begin, onClose }: { task: string; isModel: boolean; begin: ImageEvent; onClose: () => void }) {
  const [at, setAt] = useState(begin);
  const [wanted, setWanted] = useState<number | null>(null);
  const [isZoomed, setZoomed] = useState(false);
  const more = isModel ? { model_events: true } : {};
  // The range of iterations, and the place from which "next" goes on.
  const place = useQuery({
    queryKey: ["events.get_debug_image_sample", task, at.metric, at.variant, at.iter, isModel],
    queryFn: ({ signal }) => call("events.get_debug_image_sample", { task, metric: at.metric, variant: at.variant, iteration: at.iter, ...more } as never, signal),
    placeholderData: (before) => before,
  });
  const min = place.data?.min_iteration ?? at.iter;
  const max = place.data?.max_iteration ?? at.iter;
  useEffect(() => {
    if (wanted === null || wanted === at.iter) return;
    // The slider is let go before the server is asked.
    const stop = new AbortController();
    const timer = setTimeout(async () => {
      try {
        const found = await call("events.get_debug_image_sample", { task, metric: at.metric, variant: at.variant, iteration: wanted, ...(isModel ? { model_events: true } : {}) } as never, stop.signal);
        if (found.event) setAt(found.event);
        setWanted(null);
      } catch (error) {
        if (!stop.signal.aborted) toast((error as Error).message, { isError: true });
      }
    }, 120);
    return () => {
      clearTimeout(timer);
      stop.abort();
    };
  }, [wanted, at, task, isModel]);
  const go = async (isBack: boolean) => {
    if (!place.data?.scroll_id) return;
    try {
      const { event } = await call("events.next_debug_image_sample", { task, scroll_id: place.data.scroll_id, navigate_earlier: isBack, ...more } as never);
      if (event) setAt(event);
    } catch (error) {
      toast((error as Error).message, { isError: true });
    }
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.target instanceof HTMLInputElement) return;
    if (event.key === "ArrowRight") void go(false);
    else if (event.key === "ArrowLeft") void go(true);
    else if (event.key === "+" || event.key === "-") setZoomed(event.key === "+");
    else return;
    event.preventDefault();
  };
  const isFetched = mediaKind(at.url) !== "elsewhere";
  return (
    <Dialog title={`${at.metric} / ${at.variant}`} size="huge" onClose={onClose}>
      <div className="fill" onKeyDown={onKeyDown}>
        <div className="row wrap" style={{ paddingBottom: 8 }}>
          <IconButton label="Sample before" keys="←" isSmall onClick={() => void go(true)}>
            <ChevronLeft size={15} aria-hidden />
          </IconButton>
          <IconButton label="Next sample" keys="→" isSmall onClick={() => void go(false)}>
            <ChevronRight size={15} aria-hidden />
          </IconButton>
          <label className="row dim">
            Iteration
            {max > min ? <input type="range" className={css.slider} min={min} max={max} value={wanted ?? at.iter} aria-label="Iteration" onChange={(event) => setWanted(Number(event.target.value))} /> : null}
            <span className="number" style={{ minWidth: 36 }}>{wanted ?? at.iter}</span>
          </label>
          <span className="grow" />
          <IconButton label={isZoomed ? "Whole picture" : "Enlarge"} keys={isZoomed ? "-" : "+"} isSmall onClick={() => setZoomed(!isZoomed)}>
            {isZoomed ? <ZoomOut size={14} aria-hidden /> : <ZoomIn size={14} aria-hidden />}
          </IconButton>
          {isFetched ? (
            <IconButton label="Open the file" isSmall onClick={() => window.open(at.url, "_blank", "noreferrer")}>
              <Download size={14} aria-hidden />
            </IconButton>
          ) : null}
        </div>
        <div className={cx(css.large, isZoomed && css.zoomed)} tabIndex={0} role="group" aria-label="Sample">
          <SampleMedia sample={at} />
        </div>
      </div>
    </Dialog>
  );
}
