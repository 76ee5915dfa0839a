// Tests of components say "@vitest-environment jsdom"; what they drew goes after each.
import { afterEach } from "vitest";

if (typeof document !== "undefined") {
  const { cleanup } = await import("@testing-library/react");
  afterEach(cleanup);
}
