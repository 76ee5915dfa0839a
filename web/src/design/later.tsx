// Parts of the page whose code comes when they are first shown. Once it is there they are drawn at once: React.lazy would show
// its fallback all the same, and then, so that nothing flickers, keep it for 300 ms.
import { useEffect, useState, type ComponentType, type ReactNode } from "react";
import { Loading } from "./parts";

export type Later<P> = ((props: P) => ReactNode) & {
  /** Has the code there before the part is shown. */
  fetch: () => Promise<void>;
};

/** `meanwhile` is shown until the code is there. */
export function later<P extends object>(load: () => Promise<ComponentType<P>>, meanwhile: (props: P) => ReactNode = () => <Loading />): Later<P> {
  let Part: ComponentType<P> | null = null;
  const fetch = async () => {
    Part ??= await load();
  };
  function Shown(props: P) {
    const [isThere, setThere] = useState(Part !== null);
    const [error, setError] = useState<unknown>(null);
    useEffect(() => {
      if (!isThere) fetch().then(() => setThere(true), setError);
    }, [isThere]);
    if (error) throw error;
    return Part ? <Part {...props} /> : meanwhile(props);
  }
  return Object.assign(Shown, { fetch });
}

/** Of a part that has no place until it is there, such as a dialog. */
export const nothing = (): null => null;
