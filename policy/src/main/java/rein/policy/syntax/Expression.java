package rein.policy.syntax;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import rein.policy.value.Datum;
import rein.policy.value.ExtensionFunction;
import rein.policy.value.Pattern;

/** The syntax tree of a condition; each part knows where it stands. */
public sealed interface Expression {
    Position at();

    enum Variable {
        PRINCIPAL("principal"),
        ACTION("action"),
        RESOURCE("resource"),
        CONTEXT("context");

        private final String word;

        Variable(String word) {
            this.word = word;
        }

        public String word() {
            return word;
        }
    }

    enum Operator {
        EQUAL("=="),
        UNEQUAL("!="),
        LESS("<"),
        LESS_OR_EQUAL("<="),
        GREATER(">"),
        GREATER_OR_EQUAL(">="),
        IN("in"),
        PLUS("+"),
        MINUS("-"),
        TIMES("*"),
        CONTAINS("contains"),
        CONTAINS_ALL("containsAll"),
        CONTAINS_ANY("containsAny"),
        HAS_TAG("hasTag"),
        GET_TAG("getTag");

        private final String word;

        Operator(String word) {
            this.word = word;
        }

        /** As it is written: a symbol between its operands, or the name of a method. */
        public String word() {
            return word;
        }
    }

    record Literal(Position at, Datum value) implements Expression {}

    record Reference(Position at, Variable variable) implements Expression {}

    record If(Position at, Expression test, Expression then, Expression otherwise)
            implements Expression {}

    /** {@code a && b && c}; flat, since the operator is associative, errors included. */
    record And(Position at, List<Expression> parts) implements Expression {}

    record Or(Position at, List<Expression> parts) implements Expression {}

    record Not(Position at, Expression of) implements Expression {}

    record Negate(Position at, Expression of) implements Expression {}

    record IsEmpty(Position at, Expression of) implements Expression {}

    record Binary(Position at, Operator operator, Expression left, Expression right)
            implements Expression {}

    record Attribute(Position at, Expression of, String name) implements Expression {}

    /** {@code e has a.b.c}: each step is there. */
    record Has(Position at, Expression of, List<String> path) implements Expression {}

    record Like(Position at, Expression of, Pattern pattern) implements Expression {}

    /** {@code e is Type} or {@code e is Type in f}. */
    record Is(Position at, Expression of, String type, Optional<Expression> in)
            implements Expression {}

    record SetOf(Position at, List<Expression> elements) implements Expression {}

    record Struct(Position at, Map<String, Expression> members) implements Expression {}

    /** A constructor or a method of an extension type; a method's subject is argument 0. */
    record Call(Position at, ExtensionFunction function, List<Expression> arguments)
            implements Expression {}
}
