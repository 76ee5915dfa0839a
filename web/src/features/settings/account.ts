// Who may do what with accounts, and passwords that can be read out. Pure.
import type { User } from "~/api/documents";

/** The roles that are given to people, the mightiest first; see docs/operating.md. */
export const ROLES = ["admin", "superuser", "user", "annotator", "guest"] as const;
export type GivenRole = (typeof ROLES)[number];
export const ROLE_WORDS: Record<GivenRole, string> = { admin: "Administrator", superuser: "Superuser", user: "User", annotator: "Annotator (reads)", guest: "Guest (reads)" };

export const PASSWORD_LENGTH_MIN = 8;

export function isAdministrator(user: Pick<User, "role">): boolean {
  return user.role === "admin" || user.role === "root" || user.role === "system";
}

export function isGivenRole(role: string | undefined): role is GivenRole {
  return ROLES.some((one) => one === role);
}

/** Why this is no name to sign in by; null when it is one, or nothing yet. */
export function loginProblem(login: string): string | null {
  return /[\s:]/.test(login) ? "Without spaces and colons." : null;
}

/** Why these are no new password; null when they are one. */
export function passwordProblem(password: string, again: string): string | null {
  if (new TextEncoder().encode(password).length < PASSWORD_LENGTH_MIN) return `At least ${PASSWORD_LENGTH_MIN} characters.`;
  return password === again ? null : "The two are not the same.";
}

/** Without the signs that look alike. */
const SIGNS = "abcdefghijkmnpqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789";

/** 20 letters and digits; `random` gives bytes. */
export function madeUpPassword(random: (bytes: Uint8Array<ArrayBuffer>) => Uint8Array = (bytes) => crypto.getRandomValues(bytes)): string {
  let out = "";
  while (out.length < 20) {
    // Bytes beyond the last whole run of the signs would make the first ones likelier.
    for (const byte of random(new Uint8Array(32))) if (byte < SIGNS.length * Math.floor(256 / SIGNS.length) && out.length < 20) out += SIGNS[byte % SIGNS.length];
  }
  return out;
}
