import { queryOptions } from "@tanstack/react-query";
import { get, post } from "../api/client";

/** A denial that a person could lift; the part of the API's answer that the console shows. */
export interface Liftable {
  readonly id: string;
  readonly shortId: string;
  readonly agent: string;
  readonly run: string;
  readonly destination: string;
  readonly aboveCeiling: boolean;
  readonly people: number;
  readonly proposed?: { readonly by: string; readonly terms: string };
}

export interface Approvals {
  readonly denials: readonly Liftable[];
}

export interface Answer {
  readonly state: string;
  readonly note?: string;
}

export const PATH = "/v1/approvals";

export const approvals = queryOptions({
  queryKey: ["approvals"],
  queryFn: () => get<Approvals>(PATH),
  refetchInterval: 2_000,
});

export type Terms = "once" | "run" | "time";

export function approve(denial: string, terms: Terms, reason: string): Promise<Answer> {
  return post<Answer>(PATH, { denial, terms, ...(terms === "time" ? { seconds: 86_400 } : {}), reason });
}
