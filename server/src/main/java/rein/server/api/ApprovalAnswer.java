package rein.server.api;

import java.util.Optional;

/**
 * What came of an approval: in force, or waiting for somebody else.
 *
 * @param state granted, granted-before or needs-second-person; of a request that waited:
 *     let-through or refused
 * @param grant where it is in force
 * @param waiting where somebody else has to approve it, too
 * @param note what ought to be known besides: one person alone granted what is above the ceiling
 */
public record ApprovalAnswer(
        String state,
        Optional<GrantView> grant,
        Optional<DenialView> waiting,
        Optional<String> note) {}
