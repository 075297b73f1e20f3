package rein.policy.check;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import rein.policy.schema.Type;
import rein.policy.syntax.Expression;
import rein.policy.value.Datum;
import rein.policy.value.EvaluationException;
import rein.policy.value.ExtensionFunction;
import rein.policy.value.ExtensionText;

/**
 * Functions of the extension types. A constructor takes a text that is written there and well
 * formed, so that it cannot fail later.
 */
final class CallCheck {
    private final TypeCheck all;
    private final Findings findings;

    /** What a function takes and gives. */
    private record Signature(List<Type> parameters, Type result) {}

    CallCheck(TypeCheck all, Findings findings) {
        this.all = all;
        this.findings = findings;
    }

    Typed check(Expression.Call call, Set<Fact> known) {
        Signature signature = signature(call.function());
        boolean sound = arguments(call, signature, known);
        return Typed.of(signature.result(), sound && constructs(call));
    }

    private boolean arguments(Expression.Call call, Signature signature, Set<Fact> known) {
        List<Type> parameters = signature.parameters();
        List<Expression> arguments = call.arguments();
        boolean sound = arguments.size() == parameters.size();
        if (!sound) {
            findings.add(
                    call.at(),
                    call.function().word()
                            + " takes "
                            + counted(call, parameters.size())
                            + ", found "
                            + counted(call, arguments.size()),
                    "");
        }
        for (int i = 0; i < arguments.size(); i++) {
            if (i < parameters.size()) {
                Type parameter = parameters.get(i);
                Predicate<Type> fits = type -> type.equals(parameter) || bothText(type, parameter);
                sound &= all.expect(arguments.get(i), known, fits, parameter.shown()).sound();
            } else {
                sound &= all.check(arguments.get(i), known).sound();
            }
        }
        return sound;
    }

    /** A method's subject does not count for people. */
    private static String counted(Expression.Call call, int arguments) {
        boolean method = ExtensionFunction.find(call.function().word(), true).isPresent();
        int count = method ? Math.max(0, arguments - 1) : arguments;
        return count + (count == 1 ? " argument" : " arguments");
    }

    private static boolean bothText(Type one, Type other) {
        return one instanceof Type.Text && other instanceof Type.Text;
    }

    private boolean constructs(Expression.Call call) {
        Optional<Type.Extension> made = constructor(call.function());
        if (made.isEmpty()) {
            return true;
        }
        List<Datum> literals = new ArrayList<>();
        for (Expression argument : call.arguments()) {
            if (argument instanceof Expression.Literal(_, Datum value)) {
                literals.add(value);
            }
        }
        if (literals.size() < call.arguments().size()) {
            findings.add(
                    call.at(),
                    call.function().word() + " takes a text in quotes",
                    "what is put together at run time could fail");
            return false;
        }
        if (literals.size() == 1 && literals.getFirst() instanceof Datum.Text(String text)) {
            try {
                ExtensionText.parse(call.function().word(), text);
            } catch (EvaluationException e) {
                findings.add(call.arguments().getFirst().at(), e.text(), "");
                return false;
            }
        }
        return true;
    }

    private static Optional<Type.Extension> constructor(ExtensionFunction function) {
        return switch (function) {
            case IP -> Optional.of(Type.Extension.IPADDR);
            case DECIMAL -> Optional.of(Type.Extension.DECIMAL);
            case DATETIME -> Optional.of(Type.Extension.DATETIME);
            case DURATION -> Optional.of(Type.Extension.DURATION);
            case IS_IPV4,
                    IS_IPV6,
                    IS_LOOPBACK,
                    IS_MULTICAST,
                    IS_IN_RANGE,
                    LESS_THAN,
                    LESS_THAN_OR_EQUAL,
                    GREATER_THAN,
                    GREATER_THAN_OR_EQUAL,
                    OFFSET,
                    DURATION_SINCE,
                    TO_DATE,
                    TO_TIME,
                    TO_MILLISECONDS,
                    TO_SECONDS,
                    TO_MINUTES,
                    TO_HOURS,
                    TO_DAYS ->
                    Optional.empty();
        };
    }

    private static Signature signature(ExtensionFunction function) {
        Type ip = Type.Extension.IPADDR;
        Type decimal = Type.Extension.DECIMAL;
        Type datetime = Type.Extension.DATETIME;
        Type duration = Type.Extension.DURATION;
        Type flag = Type.Bool.ANY;
        return switch (function) {
            case IP -> new Signature(List.of(Type.Text.ANY), ip);
            case DECIMAL -> new Signature(List.of(Type.Text.ANY), decimal);
            case DATETIME -> new Signature(List.of(Type.Text.ANY), datetime);
            case DURATION -> new Signature(List.of(Type.Text.ANY), duration);
            case IS_IPV4, IS_IPV6, IS_LOOPBACK, IS_MULTICAST -> new Signature(List.of(ip), flag);
            case IS_IN_RANGE -> new Signature(List.of(ip, ip), flag);
            case LESS_THAN, LESS_THAN_OR_EQUAL, GREATER_THAN, GREATER_THAN_OR_EQUAL ->
                    new Signature(List.of(decimal, decimal), flag);
            case OFFSET -> new Signature(List.of(datetime, duration), datetime);
            case DURATION_SINCE -> new Signature(List.of(datetime, datetime), duration);
            case TO_DATE -> new Signature(List.of(datetime), datetime);
            case TO_TIME -> new Signature(List.of(datetime), duration);
            case TO_MILLISECONDS, TO_SECONDS, TO_MINUTES, TO_HOURS, TO_DAYS ->
                    new Signature(List.of(duration), Type.Int.LONG);
        };
    }
}
