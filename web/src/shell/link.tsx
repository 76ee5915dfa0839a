// Links between pages. An address is a text from routes.ts; the browser's own ways to open a link stay as they are.
import { useRouter } from "@tanstack/react-router";
import { useCallback, type AnchorHTMLAttributes, type MouseEvent, type Ref } from "react";

export type Go = (href: string, options?: { replace?: boolean }) => void;

export function useGo(): Go {
  const { history } = useRouter();
  return useCallback((href, options) => (options?.replace ? history.replace(href) : history.push(href)), [history]);
}

function isPlainClick(event: MouseEvent): boolean {
  return event.button === 0 && !event.metaKey && !event.ctrlKey && !event.shiftKey && !event.altKey;
}

export function Link({ href, onClick, replace = false, ref, ...rest }: AnchorHTMLAttributes<HTMLAnchorElement> & { href: string; replace?: boolean; ref?: Ref<HTMLAnchorElement> }) {
  const router = useRouter();
  const go = useGo();
  return (
    <a
      ref={ref}
      href={href}
      onPointerEnter={() => {
        // The code of the page is there when the click comes.
        void router.preloadRoute({ to: href.split(/[?#]/)[0] ?? "/" } as never).catch(() => undefined);
      }}
      onClick={(event) => {
        onClick?.(event);
        if (event.defaultPrevented || !isPlainClick(event) || rest.target) return;
        event.preventDefault();
        go(href, { replace });
      }}
      {...rest}
    />
  );
}
