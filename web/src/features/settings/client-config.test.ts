import { expect, it } from "vitest";
import { clientConfig, reached } from "./client-config";

const addresses = { api: "http://0.0.0.0:8008", files: "http://127.0.0.1:8081", web: "https://jarvis.example.com:8080" };

it("names the host that the browser came by where the server knows only its own machine", () => {
  expect(reached(addresses, "box.lan")).toEqual({ api: "http://box.lan:8008", files: "http://box.lan:8081", web: "https://jarvis.example.com:8080" });
});

it("quotes whatever is in a key", () => {
  const text = clientConfig(addresses, "AK", 's"\\x');
  expect(text).toContain('access_key: "AK"');
  expect(text).toContain('secret_key: "s\\"\\\\x"');
});
