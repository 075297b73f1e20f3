import "./styles/fonts.css";
import "./styles/tokens.css";
import "./styles/base.css";
import "./styles/frame.css";
import "./styles/overview.css";
import "./styles/activity.css";
import "./styles/run.css";
import "./styles/drill.css";
import "./styles/sign-in.css";
import "./styles/narrow.css";
import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { RouterProvider } from "@tanstack/react-router";
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { ProblemError } from "./api/client";
import { router } from "./router";
import { applyTheme } from "./shell/theme";

applyTheme();

const client = new QueryClient({
  defaultOptions: {
    queries: {
      // What the API refuses stays refused; what did not answer is asked again.
      retry: (times, failure) => times < 2 && !(failure instanceof ProblemError && failure.problem.status > 0),
      refetchOnWindowFocus: true,
    },
  },
});

const root = document.getElementById("root");
if (root !== null) {
  createRoot(root).render(
    <StrictMode>
      <QueryClientProvider client={client}>
        <RouterProvider router={router} />
      </QueryClientProvider>
    </StrictMode>,
  );
}
