import { createRootRoute, createRoute, createRouter } from "@tanstack/react-router";
import { type ReactNode, Suspense, lazy } from "react";
import { Overview } from "./overview/Overview";
import { Activity } from "./records/Activity";
import { Screen } from "./shell/Screen";
import { Shell } from "./shell/Shell";

const Runs = lazy(() => import("./run/Runs"));
const Run = lazy(() => import("./run/Run"));
const Drill = lazy(() => import("./drill/Drill"));

function later(What: React.LazyExoticComponent<() => ReactNode>): () => ReactNode {
  return () => (
    <Suspense fallback={<main className="screen" id="main" aria-busy="true" />}>
      <What />
    </Suspense>
  );
}

const root = createRootRoute({
  component: Shell,
  notFoundComponent: () => (
    <Screen title="Not here" question="There is no screen at this address.">
      <p>The screens are Overview, Activity, Runs and Drill.</p>
    </Screen>
  ),
});

const overview = createRoute({ getParentRoute: () => root, path: "/", component: Overview });

const activity = createRoute({
  getParentRoute: () => root,
  path: "/activity",
  component: Activity,
  validateSearch: (search: Record<string, unknown>): { q: string; at?: string } => ({
    q: typeof search.q === "string" ? search.q : "",
    ...(typeof search.at === "string" ? { at: search.at } : {}),
  }),
});

const runs = createRoute({ getParentRoute: () => root, path: "/runs", component: later(Runs) });
const run = createRoute({ getParentRoute: () => root, path: "/runs/$run", component: later(Run) });
const drill = createRoute({ getParentRoute: () => root, path: "/drill", component: later(Drill) });

export const router = createRouter({ routeTree: root.addChildren([overview, activity, runs, run, drill]) });

declare module "@tanstack/react-router" {
  interface Register {
    router: typeof router;
  }
}
