import { queryOptions } from "@tanstack/react-query";
import { get } from "./client";
import type {
  AgentPage,
  DoctorView,
  DrillView,
  IncidentView,
  OrderView,
  ProofView,
  RatesView,
  RunView,
  SessionView,
  Status,
} from "./types";

/** How often a screen asks; the server answers each from memory or from the end of a log. */
const OFTEN_MILLIS = 2_000;
const SELDOM_MILLIS = 15_000;

const often = { refetchInterval: OFTEN_MILLIS } as const;
const seldom = { refetchInterval: SELDOM_MILLIS } as const;

export const session = queryOptions({
  queryKey: ["session"],
  queryFn: () => get<SessionView>("/v1/session"),
  retry: false,
  staleTime: Number.POSITIVE_INFINITY,
});

export const status = queryOptions({ queryKey: ["status"], queryFn: () => get<Status>("/v1/status"), ...often });
export const runs = queryOptions({ queryKey: ["runs"], queryFn: () => get<RunView[]>("/v1/runs"), ...often });
export const incidents = queryOptions({
  queryKey: ["incidents"],
  queryFn: () => get<IncidentView[]>("/v1/incidents"),
  ...often,
});
export const stops = queryOptions({ queryKey: ["stops"], queryFn: () => get<OrderView[]>("/v1/stops"), ...often });
export const rates = queryOptions({ queryKey: ["rates"], queryFn: () => get<RatesView>("/v1/rates"), ...often });
export const agents = queryOptions({
  queryKey: ["agents"],
  queryFn: () => get<AgentPage>("/v1/agents?limit=500"),
  ...seldom,
});
export const selfTest = queryOptions({
  queryKey: ["self-test"],
  queryFn: () => get<DoctorView>("/v1/self-test"),
  ...seldom,
});

export const drill = queryOptions({
  queryKey: ["drill"],
  queryFn: () => get<DrillView>("/v1/drill"),
  refetchInterval: (query) => (query.state.data?.state === "running" ? 500 : 5_000),
});

export const proof = (address: string) =>
  queryOptions({
    queryKey: ["proof", address],
    queryFn: ({ signal }) => get<ProofView>(`/v1/proof?address=${encodeURIComponent(address)}`, signal),
    retry: 3,
    staleTime: Number.POSITIVE_INFINITY,
  });
