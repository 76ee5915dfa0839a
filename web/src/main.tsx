import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { App } from "./app";
import { ApiError } from "./api";
import { applyTheme, storedTheme } from "./design/theme";
import "./design/tokens.css";
import "./design/style.css";
import "./features/settings/settings.css";

applyTheme(storedTheme());
const client = new QueryClient({
  defaultOptions: {
    queries: {
      // What the server refuses it will refuse again; a server that is away may come back.
      retry: (count, error) => !(error instanceof ApiError && error.status >= 400 && error.status < 500) && count < 2,
      staleTime: 1_000,
    },
  },
});
// A session that ended shows the sign-in page, wherever it was noticed.
client.getQueryCache().subscribe((event) => {
  if (event.type !== "updated" || event.action.type !== "error") return;
  const error: unknown = event.action.error;
  if (error instanceof ApiError && error.status === 401 && event.query.queryKey[0] !== "me") void client.resetQueries({ queryKey: ["me"] });
});

const root = document.getElementById("root");
if (root)
  createRoot(root).render(
    <StrictMode>
      <QueryClientProvider client={client}>
        <App />
      </QueryClientProvider>
    </StrictMode>,
  );
