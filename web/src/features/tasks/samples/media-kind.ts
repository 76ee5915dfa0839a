// What a reported file is, by the ending of its address.
import { decoded } from "~/format";

export type MediaKind = "image" | "audio" | "video" | "file" | "elsewhere";

const ENDINGS: readonly [MediaKind, RegExp][] = [
  ["audio", /\.(mp3|wav|ogg|oga|flac|m4a|aac|opus)$/],
  ["video", /\.(mp4|webm|mov|m4v|ogv|mkv|avi)$/],
  ["file", /\.(html?|json|txt|csv|pdf|md|zip|gz|tar|npz?|pkl|xml)$/],
];

/** The last part of an address as people wrote it; as it stands where it was not written by a browser's rules. */
export function fileName(url: string): string {
  return decoded(new URL(url).pathname.split("/").at(-1) ?? "");
}

/** "elsewhere" is what a browser cannot fetch: buckets, paths of other machines, anything that is no http address. */
export function mediaKind(url: string): MediaKind {
  let path: string;
  try {
    const parsed = new URL(url);
    if (parsed.protocol !== "http:" && parsed.protocol !== "https:") return "elsewhere";
    path = parsed.pathname.toLowerCase();
  } catch {
    return "elsewhere";
  }
  return ENDINGS.find(([, ending]) => ending.test(path))?.[0] ?? "image";
}
