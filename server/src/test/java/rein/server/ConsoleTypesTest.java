package rein.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import rein.server.api.ApprovalAnswer;
import rein.server.api.ApprovalRequest;
import rein.server.api.ApprovalsView;
import rein.server.api.ContentRequest;
import rein.server.api.ContentView;
import rein.server.api.DoctorView;
import rein.server.api.DrillView;
import rein.server.api.Health;
import rein.server.api.IncidentView;
import rein.server.api.OrderView;
import rein.server.api.ProofView;
import rein.server.api.RatesView;
import rein.server.api.ReceiptView;
import rein.server.api.RecordRoutes;
import rein.server.api.ResumeRequest;
import rein.server.api.Resumed;
import rein.server.api.RunView;
import rein.server.api.SessionView;
import rein.server.api.SignIn;
import rein.server.api.Status;
import rein.server.api.StopPoint;
import rein.server.api.StopRequest;
import rein.server.api.TokenMade;
import rein.server.api.TokenRequest;
import rein.server.http.Problem;

/**
 * The console's TypeScript types are the API's records. This test writes the file when it is asked
 * to ({@code -Drein.types=write}) and fails when it is not what the records say.
 */
final class ConsoleTypesTest {
    private static final Path FILE = Path.of("../console/src/api/types.ts");

    /** What the console asks for and gets; what these hold comes by itself. */
    private static final List<Class<?>> SPOKEN =
            List.of(
                    AgentRoutes.AgentPage.class,
                    AgentRoutes.StateRequest.class,
                    ApprovalAnswer.class,
                    ApprovalRequest.class,
                    ApprovalsView.class,
                    ContentRequest.class,
                    ContentView.class,
                    DoctorView.class,
                    DrillView.class,
                    Health.class,
                    IncidentView.class,
                    OrderView.class,
                    Problem.class,
                    ProofView.class,
                    RatesView.class,
                    ReceiptView.class,
                    RecordRoutes.RecordPage.class,
                    ResumeRequest.class,
                    Resumed.class,
                    RunView.class,
                    SessionView.class,
                    SignIn.class,
                    Status.class,
                    StopPoint.class,
                    StopRequest.class,
                    TokenMade.class,
                    TokenRequest.class);

    private final SortedMap<String, String> interfaces = new TreeMap<>();

    @Test
    void theConsolesTypesAreTheRecords() throws IOException {
        SPOKEN.forEach(this::named);
        String wanted =
                "// Written from the API's Java records by ConsoleTypesTest; do not edit.\n\n"
                        + String.join("\n", interfaces.values());
        if ("write".equals(System.getProperty("rein.types"))) {
            Files.writeString(FILE, wanted);
        }
        assertThat(Files.readString(FILE))
                .as(
                        "stale: ./mvnw -pl server -am -Dtest=ConsoleTypesTest"
                                + " -Dsurefire.failIfNoSpecifiedTests=false -Drein.types=write test")
                .isEqualTo(wanted);
    }

    private String named(Class<?> type) {
        Class<?> outer = type.getDeclaringClass();
        boolean nested = outer != null && outer.isRecord();
        String name = nested ? outer.getSimpleName() + type.getSimpleName() : type.getSimpleName();
        if (!interfaces.containsKey(name)) {
            interfaces.put(name, "");
            StringBuilder text = new StringBuilder("export interface " + name + " {\n");
            for (RecordComponent component : type.getRecordComponents()) {
                boolean optional = component.getType() == Optional.class;
                text.append("  readonly ")
                        .append(component.getName())
                        .append(optional ? "?: " : ": ")
                        .append(typeScript(component.getGenericType()))
                        .append(";\n");
            }
            interfaces.put(name, text.append("}\n").toString());
        }
        return name;
    }

    private String typeScript(Type type) {
        if (type instanceof ParameterizedType generic) {
            Type[] arguments = generic.getActualTypeArguments();
            Class<?> raw = (Class<?>) generic.getRawType();
            if (raw == Optional.class) {
                return typeScript(arguments[0]);
            }
            if (Collection.class.isAssignableFrom(raw)) {
                return "readonly " + typeScript(arguments[0]) + "[]";
            }
            assertThat(raw).isEqualTo(Map.class);
            return "Readonly<Record<string, " + typeScript(arguments[1]) + ">>";
        }
        Class<?> plain = (Class<?>) type;
        if (plain == boolean.class || plain == Boolean.class) {
            return "boolean";
        }
        if (List.of(int.class, long.class, Integer.class, Long.class, Double.class)
                .contains(plain)) {
            return "number";
        }
        if (List.of(String.class, UUID.class, Instant.class).contains(plain)) {
            return "string";
        }
        assertThat(plain.isRecord()).as("%s is spoken but not described", plain).isTrue();
        return named(plain);
    }
}
