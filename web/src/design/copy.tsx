// Text that is made to be taken along: a block with a button that puts it on the clipboard.
import { toast } from "./toast";

export async function copy(text: string): Promise<void> {
  try {
    await navigator.clipboard.writeText(text);
    toast("Copied");
  } catch {
    toast("This browser does not give the clipboard to a page that came over plain HTTP: select the text instead.", true);
  }
}

export function CopyBlock({ text, label }: { text: string; label: string }) {
  return (
    <div className="copy-block">
      <pre tabIndex={0} aria-label={label}>{text}</pre>
      <button type="button" onClick={() => void copy(text)} aria-label={`Copy ${label}`}>
        Copy
      </button>
    </div>
  );
}
