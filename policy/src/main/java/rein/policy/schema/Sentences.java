package rein.policy.schema;

import java.util.List;
import java.util.Map;
import rein.policy.syntax.Expression;
import rein.policy.value.Datum;
import rein.policy.value.Quoting;
import rein.vocabulary.EntityUid;

/** How the validator's messages name things. */
public final class Sentences {
    private Sentences() {}

    /** For example {@code context.port}, or {@code this} for what has no short name. */
    public static String of(Expression expression) {
        return of(expression, "this");
    }

    public static String of(Expression expression, String otherwise) {
        return switch (expression) {
            case Expression.Reference reference -> reference.variable().word();
            case Expression.Attribute(_, Expression of, String name) ->
                    of instanceof Expression.Attribute || of instanceof Expression.Reference
                            ? of(of) + "." + Quoting.shown(name)
                            : Quoting.shown(name);
            case Expression.Literal(_, Datum.Text(String text)) -> shortened(Quoting.literal(text));
            case Expression.Literal(_, Datum.Int(long number)) -> String.valueOf(number);
            case Expression.Literal(_, Datum.Bool(boolean flag)) -> String.valueOf(flag);
            case Expression.Literal(_, Datum.Ref(EntityUid uid)) -> shortened(Quoting.literal(uid));
            case Expression.Literal _,
                    Expression.If _,
                    Expression.And _,
                    Expression.Or _,
                    Expression.Not _,
                    Expression.Negate _,
                    Expression.IsEmpty _,
                    Expression.Binary _,
                    Expression.Has _,
                    Expression.Like _,
                    Expression.Is _,
                    Expression.SetOf _,
                    Expression.Struct _,
                    Expression.Call _ ->
                    otherwise;
        };
    }

    private static String shortened(String text) {
        return text.length() <= 60 ? text : text.substring(0, 59) + "…";
    }

    public static String of(Type type) {
        return switch (type) {
            case Type.Struct struct -> struct.shown();
            case Type.Ref(String entityType) -> article(entityType);
            case Type.Bool _, Type.Int _, Type.Text(_), Type.SetOf(_), Type.Extension _ ->
                    type.shown();
        };
    }

    /** {@code a Photo}, {@code an Album}. */
    public static String article(String word) {
        return ("AEIOaeio".indexOf(word.charAt(0)) >= 0 ? "an " : "a ") + word;
    }

    public static String help(Type type, String wanted) {
        if (type instanceof Type.Text && Type.Extension.named(wanted).isPresent()) {
            String constructor =
                    Type.Extension.named(wanted).map(Type.Extension::constructor).orElse(wanted);
            return "write " + constructor + "(\"…\")";
        }
        if (type instanceof Type.SetOf && wanted.equals("String")) {
            return "a set is asked with .contains(…)";
        }
        if (type instanceof Type.Ref && wanted.equals("String")) {
            return "an entity is compared with ==, or asked with in";
        }
        if (type instanceof Type.Ref && wanted.equals("a set")) {
            return "an entity is asked with in";
        }
        if (type instanceof Type.Text && wanted.equals("a set")) {
            return "text is asked with like";
        }
        return type instanceof Type.Int && wanted.equals("Bool") ? "compare it" : "";
    }

    /** {@code network:connect}, or {@code Photos::Action::"view"}. */
    public static String action(EntityUid uid) {
        return uid.type().equals("Action") ? Quoting.shown(uid.id()) : Quoting.literal(uid);
    }

    /** What two values of these types lack to be compared. */
    public static String toCompare(Type left, Type right) {
        for (Map.Entry<Type, Type> pair : List.of(Map.entry(left, right), Map.entry(right, left))) {
            if (pair.getKey() instanceof Type.Extension extension
                    && pair.getValue() instanceof Type.Text) {
                return "write " + extension.constructor() + "(\"…\")";
            }
        }
        return "";
    }
}
