// The files of a version of a dataset, as the SDK lists them in the configuration object "Dataset Content". Pure.
import type { Task } from "~/api/documents";

export interface DatasetFile {
  path: string;
  size: number | null;
  hash: string;
}

export interface DatasetContent {
  files: readonly DatasetFile[];
  /** How many there are in all, where the list says so: it stops at some. */
  total: number | null;
}

/** "a, b.txt, 12, 9f…": the name may hold commas, the size and the hash do not. */
const LINE = /^(.*), (\d*), ([^,]*)$/;

/** Null where there is no such list. */
export function contentOf(task: Pick<Task, "configuration">): DatasetContent | null {
  const text = task.configuration?.["Dataset Content"]?.value;
  if (!text) return null;
  const [head = "", ...lines] = text.split("\n");
  const counts = [...head.matchAll(/(\d+) (?:files|links)/g)].map((match) => Number(match[1]));
  const files = lines.flatMap((line): DatasetFile[] => {
    const match = LINE.exec(line);
    return match ? [{ path: match[1] ?? "", size: match[2] ? Number(match[2]) : null, hash: match[3] ?? "" }] : [];
  });
  return { files, total: counts.length > 0 ? counts.reduce((sum, one) => sum + one, 0) : null };
}

export type FileOrder = "path" | "size";

export function shownFiles(files: readonly DatasetFile[], search: string, order: FileOrder): DatasetFile[] {
  const words = search.toLowerCase().split(/\s+/).filter(Boolean);
  const found = files.filter((file) => words.every((word) => file.path.toLowerCase().includes(word) || file.hash.startsWith(word)));
  return order === "size" ? found.sort((a, b) => (b.size ?? -1) - (a.size ?? -1) || a.path.localeCompare(b.path)) : found;
}
