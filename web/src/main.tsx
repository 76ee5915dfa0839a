import { HeadlessMantineProvider } from "@mantine/core";
import { QueryClientProvider } from "@tanstack/react-query";
import { RouterProvider } from "@tanstack/react-router";
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { cache } from "./api/queries";
import { goLive } from "./live/live";
import { fetchMainPages, router } from "./router";
import { whenIdle } from "./shell/idle";
import "./design/tokens.css";
import "./design/base.css";

goLive(cache);

const root = document.getElementById("root");
if (root)
  createRoot(root).render(
    <StrictMode>
      <QueryClientProvider client={cache}>
        <HeadlessMantineProvider>
          <RouterProvider router={router} />
        </HeadlessMantineProvider>
      </QueryClientProvider>
    </StrictMode>,
  );

addEventListener("load", () => whenIdle(fetchMainPages));
