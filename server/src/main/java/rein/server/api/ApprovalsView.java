package rein.server.api;

import java.util.List;

/**
 * What is granted, and what could be.
 *
 * @param denials of live runs, newest last; those first that wait at their door; with those that
 *     wait for a second person
 * @param people how many people are needed above the ceiling
 * @param singleOperator whether nobody but one person is registered
 */
public record ApprovalsView(
        List<GrantView> grants, List<DenialView> denials, int people, boolean singleOperator) {}
