// Pictures of a report: files of the file server, uploaded by way of the pages' own origin, the only one they may talk to.
import { ApiError } from "~/api/client";

/** What a browser shows in place and the file server gives out as such. */
const TYPES: Record<string, string> = { "image/png": "png", "image/jpeg": "jpg", "image/gif": "gif", "image/webp": "webp" };
const MIB = 1 << 20;
const BYTES_MAX = 32 * MIB;

/** Why this file is no picture of a report; null when it is one. */
export function pictureProblem(file: Pick<File, "type" | "size" | "name">): string | null {
  if (!(file.type in TYPES)) return `${file.name} is no PNG, JPEG, GIF or WebP picture.`;
  return file.size > BYTES_MAX ? `${file.name} is larger than ${BYTES_MAX / MIB} MiB.` : null;
}

/** A path that no other picture has; `name` keeps what reads well in an address. */
export function picturePath(report: string, file: Pick<File, "type" | "name">, unique: string): string {
  const stem = file.name.replace(/\.[^.]*$/, "").replace(/[^\w-]+/g, "-").replace(/^-+|-+$/g, "").slice(0, 60) || "picture";
  return `reports/${report}/${stem}-${unique}.${TYPES[file.type] ?? "png"}`;
}

/** What the text says for a picture; its name cannot end the brackets. */
export function pictureText(name: string, url: string): string {
  return `![${name.replace(/\.[^.]*$/, "").replace(/[[\]\\]/g, " ").trim()}](${url})`;
}

/** Where the picture is from now on. Throws ApiError. */
export async function upload(report: string, file: File, files: string): Promise<string> {
  const path = picturePath(report, file, crypto.getRandomValues(new Uint32Array(2)).reduce((text, part) => text + part.toString(36), ""));
  const answer = await fetch(`/files/${path}`, { method: "PUT", headers: { "Content-Type": file.type }, body: file }).catch(() => null);
  if (!answer?.ok) throw new ApiError("upload", answer?.status ?? 0, 0, answer ? (await answer.text()).trim() : "The server does not answer.");
  return `${files}/${path}`;
}
