// Texts and pictures as files of the reader's.

function saveBlob(content: Blob, name: string): void {
  const url = URL.createObjectURL(content);
  const link = document.createElement("a");
  link.href = url;
  link.download = name;
  link.click();
  // The browser has begun to save by then.
  setTimeout(() => URL.revokeObjectURL(url), 10_000);
}

export function saveText(text: string, name: string, type = "text/plain"): void {
  saveBlob(new Blob([text], { type }), name);
}

/** A name that every file system takes. */
export function fileName(text: string, fallback = "file"): string {
  return text.replace(/[^\w.-]+/g, "_").replace(/^[._]+/, "").slice(0, 120) || fallback;
}

/** A cell of a table that another program opens: what it would take for a formula is text. */
function csvCell(text: string): string {
  const safe = /^[=+\-@\t\r]/.test(text) && Number.isNaN(Number(text)) ? `'${text}` : text;
  return /[",\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

export function csvOf(rows: readonly (readonly (string | number | null | undefined)[])[]): string {
  return rows.map((row) => row.map((cell) => csvCell(String(cell ?? ""))).join(",")).join("\n");
}
