// The part of the address after "?": the state of a page that a link keeps.
import { useRouter, useRouterState } from "@tanstack/react-router";
import { useCallback, useMemo } from "react";

export type Params = Readonly<Record<string, string>>;

export function parseParams(search: string): Params {
  return Object.fromEntries(new URLSearchParams(search));
}

/** A path as every browser and router reads it: a percent sign that begins no letter of UTF-8 stands for itself. Pure. */
export function wellFormed(path: string): string {
  return path
    .split("/")
    .map((part) => {
      try {
        decodeURIComponent(part);
        return part;
      } catch {
        return part.replaceAll("%", "%25");
      }
    })
    .join("/");
}

/** Readable addresses: commas, colons and slashes stay what they are. */
export function writeParams(params: Record<string, string | undefined>): string {
  const set = Object.entries(params).filter((entry): entry is [string, string] => Boolean(entry[1]));
  const text = new URLSearchParams(set).toString().replace(/%2C/g, ",").replace(/%3A/g, ":").replace(/%2F/g, "/").replace(/%40/g, "@");
  return text ? `?${text}` : "";
}

/** What the address says, and a way to change it; an empty value leaves. */
export function useParams(): [Params, (change: Record<string, string | undefined>, options?: { push?: boolean }) => void] {
  const router = useRouter();
  const search = useRouterState({ select: (state) => state.location.searchStr });
  const params = useMemo(() => parseParams(search), [search]);
  const set = useCallback(
    (change: Record<string, string | undefined>, options?: { push?: boolean }) => {
      const { pathname, search: now } = router.history.location;
      const href = pathname + writeParams({ ...parseParams(now), ...change });
      if (href === pathname + now) return;
      if (options?.push) router.history.push(href);
      else router.history.replace(href);
    },
    [router],
  );
  return [params, set];
}

export function usePath(): string {
  return useRouterState({ select: (state) => state.location.pathname });
}
