import react from "@vitejs/plugin-react";
import { defineConfig } from "vitest/config";

// `npm run dev` serves the sources and passes API calls on to a running jarvis-server (JARVIS_WEB names another).
const server = process.env.JARVIS_WEB ?? "http://127.0.0.1:8080";

const proxy = { "/api": server, "/addresses.json": server };

export default defineConfig({
  plugins: [react()],
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
