import { queryOptions } from "@tanstack/react-query";
import { get, post } from "../api/client";
import type { ApprovalAnswer, ApprovalRequest, ApprovalsView } from "../api/types";

const PATH = "/v1/approvals";

/** An agent works on: 24 hours is the longest that one person may grant alone. */
const LONGEST_SECONDS = 86_400;

export const approvals = queryOptions({
  queryKey: ["approvals"],
  queryFn: () => get<ApprovalsView>(PATH),
  refetchInterval: 2_000,
});

export type Terms = "once" | "run" | "time";

export function approve(denial: string, terms: Terms, reason: string): Promise<ApprovalAnswer> {
  const request: ApprovalRequest = {
    denial,
    terms,
    ...(terms === "time" ? { seconds: LONGEST_SECONDS } : {}),
    reason,
  };
  return post<ApprovalAnswer>(PATH, request);
}

/** Refuses a request that waits, at once. */
export function refuse(waiting: string, reason: string): Promise<ApprovalAnswer> {
  return post<ApprovalAnswer>(`${PATH}/${encodeURIComponent(waiting)}/deny`, { reason });
}
