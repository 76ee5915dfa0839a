// One sample as its kind is looked at. It comes from the files origin: nothing of it runs in this page.
import { CloudOff, FileText, ImageOff } from "lucide-react";
import { useState } from "react";
import type { ImageEvent } from "~/api/documents";
import { CopyButton } from "~/design/button";
import { fileName, mediaKind } from "./media-kind";
import css from "./samples.module.css";

export function SampleMedia({ sample, onOpen }: { sample: ImageEvent; onOpen?: () => void }) {
  const name = `${sample.metric}, ${sample.variant}, iteration ${sample.iter}`;
  // A picture whose file was written anew under the same name is another picture.
  const [failed, setFailed] = useState<string | null>(null);
  const kind = mediaKind(sample.url);
  if (kind === "elsewhere")
    return (
      <span className={css.away} title={sample.url}>
        <CloudOff size={18} aria-hidden />
        <span>The browser cannot fetch it</span>
        <CopyButton text={sample.url} label="Copy the address" />
      </span>
    );
  if (kind === "audio") return <audio className={css.sound} controls preload="none" src={sample.url} aria-label={name} />;
  if (kind === "video") return <video className={css.media} controls preload="metadata" src={sample.url} aria-label={name} />;
  if (kind === "file")
    return (
      <a className={css.away} href={sample.url} target="_blank" rel="noreferrer">
        <FileText size={18} aria-hidden />
        <span className="cut">{fileName(sample.url)}</span>
      </a>
    );
  if (failed === sample.url)
    return (
      <span className={css.away} title={sample.url}>
        <ImageOff size={18} aria-hidden />
        <span>The file is gone or is no picture</span>
      </span>
    );
  const picture = <img className={css.media} src={sample.url} alt={name} loading="lazy" decoding="async" onError={() => setFailed(sample.url)} />;
  return onOpen ? (
    <button type="button" className={css.open} onClick={onOpen} aria-label={`Enlarge ${name}`}>
      {picture}
    </button>
  ) : (
    picture
  );
}
