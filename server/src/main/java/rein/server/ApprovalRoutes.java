package rein.server;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import rein.audit.AuditException;
import rein.audit.StoredRecord;
import rein.identity.Caller;
import rein.respond.Approval;
import rein.respond.ApprovalException;
import rein.respond.Approvals;
import rein.respond.Approver;
import rein.respond.Denial;
import rein.respond.Grant;
import rein.respond.GrantHistory;
import rein.respond.HeldAsk;
import rein.respond.Proposal;
import rein.respond.Terms;
import rein.server.api.ApprovalAnswer;
import rein.server.api.ApprovalRequest;
import rein.server.api.ApprovalsView;
import rein.server.api.DenialView;
import rein.server.api.GrantView;
import rein.server.api.RecordRoutes;
import rein.server.api.RevokeRequest;
import rein.server.http.Api;
import rein.server.http.Call;
import rein.server.http.NoBody;
import rein.server.http.ProblemException;
import rein.server.http.Route;
import rein.server.node.LiveRun;
import rein.vocabulary.Action;
import rein.vocabulary.Kind;
import rein.vocabulary.Uuid7;

/**
 * {@code /v1/approvals}: what was denied and could be granted, and what is. Nothing here needs
 * PostgreSQL. The list and the live feed show each caller what concerns the agents that they may
 * grant something.
 */
final class ApprovalRoutes {
    /** What approvals are decided with. */
    record Sources(
            Approvals approvals,
            KnownDenials denials,
            Ceiling ceiling,
            ApprovalPeople people,
            Peers peers,
            Api.Gate gate,
            RecordRoutes records) {}

    private final Sources sources;
    private final HeldApprovals held;

    ApprovalRoutes(Sources sources) {
        this.sources = sources;
        this.held = new HeldApprovals(sources.approvals());
    }

    void addTo(Api api) {
        api.add(
                new Route<>(
                        "GET",
                        "/v1/approvals",
                        "Grants in force and denials that could be lifted, of agents that the caller may grant something",
                        Action.POLICY_GRANT,
                        NoBody.class,
                        ApprovalsView.class,
                        (call, _) -> Route.On.own(call.caller()),
                        (call, _) -> list(call)));
        api.add(
                new Route<>(
                        "GET",
                        "/v1/approvals/{id}",
                        "A denial that could be lifted, or a request that waits",
                        Action.POLICY_GRANT,
                        NoBody.class,
                        DenialView.class,
                        (call, _) -> on(about(call.part("id"))),
                        (call, _) ->
                                held.find(call.part("id"))
                                        .map(HeldApprovals::view)
                                        .orElseGet(() -> view(find(call.part("id"))))));
        api.add(
                new Route<>(
                        "POST",
                        "/v1/approvals",
                        "Approve: grant an agent exactly what it was denied, or let one request through that waits",
                        Action.POLICY_GRANT,
                        ApprovalRequest.class,
                        ApprovalAnswer.class,
                        (_, body) -> on(about(body.denial())),
                        this::approve));
        api.add(
                new Route<>(
                        "POST",
                        "/v1/approvals/{id}/deny",
                        "Refuse a request that waits, at once",
                        Action.POLICY_GRANT,
                        RevokeRequest.class,
                        ApprovalAnswer.class,
                        (call, _) -> on(waiting(call.part("id")).what()),
                        this::deny));
        api.add(
                new Route<>(
                        "POST",
                        "/v1/approvals/{id}/revoke",
                        "Take back a grant, named by its own id or by the denial's; cuts what is open under it",
                        Action.POLICY_GRANT,
                        RevokeRequest.class,
                        GrantView[].class,
                        (call, _) -> on(granted(call.part("id")).getFirst().denial()),
                        this::revoke));
        api.add(
                new Api.StreamRoute(
                        "/v1/approvals/live",
                        "New denials that could be lifted, proposals and grants, as server-sent events",
                        Action.POLICY_GRANT,
                        call ->
                                sources.records().stream(
                                        call, record -> concerns(call.caller(), record))));
    }

    /** What an id is about: what waits, else what was denied. */
    private Denial about(String id) {
        return held.find(id).map(HeldAsk::what).orElseGet(() -> find(id).denial());
    }

    private HeldAsk waiting(String id) {
        return held.find(id)
                .orElseThrow(() ->
                        new ProblemException(
                                404,
                                "not-waiting",
                                "No request that waits has the id '"
                                        + id
                                        + "'; rein approvals lists them."));
    }

    private ApprovalAnswer deny(Call call, RevokeRequest request) {
        try {
            return held.refuse(
                    waiting(call.part("id")),
                    request.reason().orElse(""),
                    call.caller(),
                    approver(call, sources.peers()));
        } catch (ApprovalException e) {
            throw problem(e);
        }
    }

    private KnownDenials.Known find(String id) {
        try {
            return sources.denials().find(id);
        } catch (AuditException e) {
            throw new ProblemException(503, "log-unreadable", ProblemException.why(e));
        }
    }

    private ApprovalsView list(Call call) {
        List<DenialView> denials = new ArrayList<>();
        held.all().stream()
                .filter(ask -> may(call.caller(), on(ask.what())))
                .map(HeldApprovals::view)
                .forEach(denials::add);
        for (KnownDenials.Known known : sources.denials().live()) {
            boolean allowed = sources.approvals().isGranted(known.denial());
            if (!allowed && may(call.caller(), on(known.denial()))) {
                denials.add(view(known));
            }
        }
        List<GrantView> grants =
                sources.approvals().inForce().stream()
                        .filter(held -> may(call.caller(), on(held.grant().denial())))
                        .map(held -> GrantView.of(held.grant(), held.used()))
                        .toList();
        return new ApprovalsView(
                grants, denials, sources.people().needed(), sources.people().isSingleOperator());
    }

    private DenialView view(KnownDenials.Known known) {
        Denial denial = known.denial();
        boolean above = sources.ceiling().isAbove(denial, known.run());
        Optional<Proposal> proposal =
                sources.approvals().proposals().stream()
                        .filter(each -> each.denial().id().equals(denial.id()))
                        .findFirst();
        return new DenialView(
                denial.id(),
                denial.shortId(),
                denial.agent(),
                denial.owner(),
                Uuid7.shortForm(denial.run()),
                known.run().phase() != LiveRun.Phase.ENDED,
                denial.host(),
                denial.port(),
                denial.protocol(),
                denial.destination(),
                denial.when(),
                above,
                above ? sources.people().needed() : 1,
                proposal.map(each ->
                        new DenialView.Proposed(each.by(), each.terms().flag(), each.since())),
                Optional.empty());
    }

    private ApprovalAnswer approve(Call call, ApprovalRequest request) {
        Optional<HeldAsk> waits = held.find(request.denial());
        if (waits.isPresent()) {
            try {
                return held.approve(
                        waits.get(), request, call.caller(), approver(call, sources.peers()));
            } catch (ApprovalException e) {
                throw problem(e);
            }
        }
        KnownDenials.Known known = find(request.denial());
        Terms terms;
        try {
            terms = Terms.of(request.terms().orElse("run"), request.seconds().orElse(0L));
        } catch (IllegalArgumentException e) {
            throw new ProblemException(
                    422, "bad-terms", "Not granted: " + ProblemException.why(e) + ".");
        }
        boolean above = sources.ceiling().isAbove(known.denial(), known.run());
        int people = sources.people().needed();
        try {
            return switch (sources.approvals()
                    .approve(
                            known.denial(),
                            terms,
                            approver(call, sources.peers()),
                            new Approval.Need(above, people),
                            request.reason().orElse(""))) {
                case Approval.Granted(Grant grant, boolean before) ->
                        new ApprovalAnswer(
                                before ? "granted-before" : "granted",
                                Optional.of(GrantView.of(grant, false)),
                                Optional.empty(),
                                above && people < 2
                                        ? Optional.of(
                                                "This is above the ceiling. "
                                                        + sources.people().warning())
                                        : Optional.empty());
                case Approval.Waiting(Proposal _) ->
                        new ApprovalAnswer(
                                "needs-second-person",
                                Optional.empty(),
                                Optional.of(view(known)),
                                Optional.empty());
            };
        } catch (ApprovalException e) {
            throw problem(e);
        }
    }

    private GrantView[] revoke(Call call, RevokeRequest request) {
        List<GrantView> ended = new ArrayList<>();
        try {
            for (Grant grant : granted(call.part("id"))) {
                String person = AdminGate.name(call.caller());
                sources.approvals().revoke(grant.id(), person, request.reason().orElse(""));
                ended.add(GrantView.of(grant, false));
            }
        } catch (ApprovalException e) {
            throw problem(e);
        }
        return ended.toArray(GrantView[]::new);
    }

    /** Named by its own id, or by that of the denial that led to it; all of one agent. */
    private List<Grant> granted(String id) {
        String digits = id.toLowerCase(java.util.Locale.ROOT);
        List<Grant> named =
                digits.matches("[0-9a-f-]{8,36}")
                        ? sources.approvals().inForce().stream()
                                .map(Approvals.InForce::grant)
                                .filter(grant ->
                                        grant.id().toString().endsWith(digits)
                                                || grant.denial().id().toString().endsWith(digits))
                                .toList()
                        : List.of();
        long agents = named.stream().map(grant -> grant.denial().agent()).distinct().count();
        if (agents == 0) {
            throw new ProblemException(
                    404,
                    "no-such-grant",
                    "No grant in force, and no denial that led to one, has the id '"
                            + id
                            + "'; rein approvals lists them.");
        }
        if (agents > 1) {
            throw new ProblemException(
                    409,
                    "ambiguous",
                    "Grants of several agents end in '" + id + "'; give the whole id.");
        }
        return named;
    }

    /** Who says yes, and how that is known. */
    static Approver approver(Call call, Peers peers) {
        return switch (call.caller()) {
            case Caller.LocalRoot _ ->
                    new Approver(Approver.ROOT, "uid:0", peers.login(call.exchange()));
            case Caller.Person person ->
                    new Approver(person.name(), person.credential(), Optional.empty());
            case Caller.Nobody(String why) -> throw new ProblemException(401, "not-signed-in", why);
        };
    }

    private static ProblemException problem(ApprovalException e) {
        int status =
                switch (e.code()) {
                    case SAME_PERSON, OTHER_TERMS, RUN_OVER, NOT_WAITING -> 409;
                    case WRONG_ROLE -> 403;
                    case NO_SUCH_GRANT -> 404;
                    case FULL, NOT_RECORDED, END_NOT_RECORDED -> 503;
                };
        String code = e.code().name().toLowerCase(java.util.Locale.ROOT).replace('_', '-');
        return new ProblemException(status, code, ProblemException.why(e));
    }

    private boolean may(Caller caller, Route.On on) {
        return sources.gate().decide(caller, Action.POLICY_GRANT, on).allowed();
    }

    private static Route.On on(Denial denial) {
        return on(denial.agent(), denial.owner());
    }

    private static Route.On on(String agent, String owner) {
        return Owned.by(owner, "Agent", agent);
    }

    /** A denial that could be lifted, or what came of one, of an agent that is the caller's. */
    private boolean concerns(Caller caller, StoredRecord record) {
        boolean about =
                GrantHistory.isAbout(record.kind())
                        || record.kind().equals(Kind.APPROVAL_ASKED.label())
                        || record.kind().equals(Kind.APPROVAL_ENDED.label());
        Map<String, String> said = record.texts("detail");
        boolean liftable =
                record.kind().equals(Kind.DECISION.label())
                        && "true".equals(said.get("liftable"))
                        && !said.containsKey("folded");
        if (!about && !liftable) {
            return false;
        }
        Optional<String> agent =
                record.text("agent")
                        .map(name -> name.substring(name.lastIndexOf('/') + 1))
                        .or(() -> Optional.ofNullable(said.get("granted-to")));
        Optional<String> owner =
                record.text("owner").or(() -> Optional.ofNullable(said.get("owner")));
        return agent.isPresent() && owner.isPresent() && may(caller, on(agent.get(), owner.get()));
    }
}
