package rein.server.console;

import java.util.Base64;
import java.util.List;
import rein.audit.AuditException;
import rein.audit.AuditLog;
import rein.audit.Checkpoint;
import rein.audit.StoredRecord;
import rein.audit.verify.ProofCheck;
import rein.server.api.ProofView;
import rein.server.http.Api;
import rein.server.http.Call;
import rein.server.http.NoBody;
import rein.server.http.ProblemException;
import rein.server.http.Route;
import rein.vocabulary.Action;

/** {@code /v1/proof}: a record's inclusion under the newest signed checkpoint, without a scan. */
public final class ProofRoutes {
    private final List<AuditLog> logs;

    public ProofRoutes(List<AuditLog> logs) {
        this.logs = List.copyOf(logs);
    }

    public void addTo(Api api) {
        api.add(
                new Route<>(
                        "GET",
                        "/v1/proof",
                        "Prove that a record is in its log: address=LOG@INDEX",
                        Action.AUDIT_READ,
                        NoBody.class,
                        ProofView.class,
                        (_, _) -> Route.On.fleet(),
                        (call, _) -> prove(call)));
    }

    private ProofView prove(Call call) throws AuditException {
        String address = call.exchange().query("address").orElse("");
        int at = address.lastIndexOf('@');
        if (at < 0 || !address.substring(at + 1).matches("[0-9]{1,15}")) {
            throw new ProblemException(
                    400, "bad-address", "address is LOG@INDEX, as every record shows it.");
        }
        long index = Long.parseLong(address.substring(at + 1));
        for (AuditLog log : logs) {
            if (log.origin().equals(address.substring(0, at))) {
                return prove(log, address, index);
            }
        }
        throw new ProblemException(
                404, "no-such-log", "There is no log " + address.substring(0, at) + " here.");
    }

    private static ProofView prove(AuditLog log, String address, long index) throws AuditException {
        StoredRecord record =
                log.reader()
                        .at(index)
                        .orElseThrow(() ->
                                new ProblemException(
                                        404, "no-such-record", address + " is not there."));
        Checkpoint checkpoint =
                log.newestCheckpoint()
                        .filter(newest -> index < newest.size())
                        .orElseThrow(() ->
                                new ProblemException(
                                        409,
                                        "not-covered-yet",
                                        "No checkpoint covers this record yet; one is signed about"
                                                + " every second. Try again."));
        List<byte[]> hashes = log.proofs().inclusion(index, checkpoint.size());
        byte[] leaf = ProofCheck.leafHash(record.bytes());
        byte[] root = Base64.getDecoder().decode(checkpoint.rootBase64());
        Base64.Encoder base64 = Base64.getEncoder();
        return new ProofView(
                address,
                ProofCheck.inclusion(leaf, index, checkpoint.size(), hashes, root),
                index,
                checkpoint.size(),
                base64.encodeToString(leaf),
                checkpoint.rootBase64(),
                hashes.stream().map(base64::encodeToString).toList(),
                checkpoint.note(),
                log.key().verifierKey(),
                record.json());
    }
}
