import react from "@vitejs/plugin-react";
import { gzipSync } from "node:zlib";
import type { Plugin } from "vite";
import { defineConfig } from "vitest/config";

// `npm run dev` serves the sources and passes API calls on to a running jarvis-server (JARVIS_WEB names another).
const server = process.env.JARVIS_WEB ?? "http://127.0.0.1:8080";

const proxy = { "/api": server, "/addresses.json": server };

/** What a browser fetches before the task table stands, as it goes over the wire. A build that needs more is refused. */
const FIRST_PAGE_MAX = 250_000;

function firstPage(): Plugin {
  return {
    name: "first-page",
    apply: "build",
    enforce: "post",
    generateBundle(_options, bundle) {
      const files = new Set<string>();
      const add = (file: string) => {
        if (files.has(file)) return;
        files.add(file);
        const chunk = bundle[file];
        if (chunk?.type !== "chunk") return;
        for (const other of [...chunk.imports, ...(chunk.viteMetadata?.importedCss ?? [])]) add(other);
      };
      for (const chunk of Object.values(bundle))
        if (chunk.type === "chunk" && ((chunk.isEntry && chunk.name === "main") || chunk.facadeModuleId?.endsWith("/tasks-page.tsx"))) add(chunk.fileName);
      let size = 0;
      for (const file of files) {
        const part = bundle[file];
        if (part) size += gzipSync(part.type === "chunk" ? part.code : part.source, { level: 9 }).length;
      }
      this.info(`first page: ${size} bytes packed, in ${files.size} files`);
      if (size > FIRST_PAGE_MAX) this.error(`the first page takes ${size} bytes packed; ${FIRST_PAGE_MAX} are allowed: load later what is not shown at once`);
    },
  };
}

export default defineConfig({
  plugins: [react(), firstPage()],
  resolve: { tsconfigPaths: true },
  // Parts of Plotly were written for Node.
  define: { global: "globalThis" },
  build: {
    rolldownOptions: { input: { main: "index.html", sandbox: "sandbox.html" } },
    target: "es2023",
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    chunkSizeWarningLimit: 1500,
  },
  server: { proxy, cors: true },
  preview: { proxy, cors: true },
  test: { environment: "node", setupFiles: ["src/test-setup.ts"], include: ["src/**/*.test.{ts,tsx}"] },
});
