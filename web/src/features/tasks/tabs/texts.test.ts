import { describe, expect, it } from "vitest";
import { redacted } from "./redact";
import { commitLink, webAddress } from "./repository";

describe("container arguments", () => {
  it("lose the values of what looks like a secret, and nothing else", () => {
    expect(redacted('--ipc=host -e AWS_SECRET_ACCESS_KEY=abc123 --env "API_TOKEN=x y" -e LR=0.1')).toBe('--ipc=host -e AWS_SECRET_ACCESS_KEY=•••••• --env "API_TOKEN=••••••" -e LR=0.1');
    expect(redacted("--env=DB_PASSWORD='two words' -v /keys:/keys")).toBe("--env=DB_PASSWORD=•••••• -v /keys:/keys");
  });
});

describe("a repository's page", () => {
  it("is found from every way to write its address", () => {
    expect(webAddress("git@github.com:me/net.git")).toBe("https://github.com/me/net");
    expect(webAddress("ssh://git@gitlab.example.org:2222/group/sub/net.git")).toBe("https://gitlab.example.org/group/sub/net");
    expect(webAddress("https://user:token@example.com/me/net.git")).toBe("https://example.com/me/net");
  });
  it("is none for paths and for what only pretends to be an address", () => {
    expect(webAddress("/srv/git/net")).toBeNull();
    expect(webAddress("javascript:alert(1)//github.com/x")).toBeNull();
    expect(commitLink("https://github.com/me/net", "\"><script>")).toBe("https://github.com/me/net");
  });
  it("leads to the commit or the branch", () => {
    expect(commitLink("https://github.com/me/net", "0123abc")).toBe("https://github.com/me/net/commit/0123abc");
    expect(commitLink("https://gitlab.com/me/net", "feature/x")).toBe("https://gitlab.com/me/net/-/tree/feature/x");
  });
});
