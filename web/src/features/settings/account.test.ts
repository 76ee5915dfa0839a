import { expect, test } from "vitest";
import { isAdministrator, loginProblem, madeUpPassword, passwordProblem } from "./account";

test("a new password is long enough and typed twice", () => {
  expect(passwordProblem("short", "short")).toContain("8");
  expect(passwordProblem("long enough", "long enouhg")).toContain("not the same");
  expect(passwordProblem("long enough", "long enough")).toBeNull();
  expect(passwordProblem("приве", "приве")).toBeNull();
});

test("a sign-in name has no spaces and no colons, which Basic authorization could not tell apart", () => {
  expect(loginProblem("jane.doe@x")).toBeNull();
  expect(loginProblem("jane doe")).toContain("spaces");
  expect(loginProblem("jane:doe")).toContain("colons");
});

test("a made-up password has 20 signs that nobody mistakes, and is never the same", () => {
  const made = Array.from({ length: 50 }, () => madeUpPassword());
  expect(new Set(made).size).toBe(50);
  for (const one of made) expect(one).toMatch(/^[a-km-np-zA-HJ-NP-Z2-9]{20}$/);
});

test("administrators are those whom the server calls so", () => {
  expect(isAdministrator({ role: "admin" })).toBe(true);
  expect(isAdministrator({ role: "superuser" })).toBe(false);
  expect(isAdministrator({})).toBe(false);
});
