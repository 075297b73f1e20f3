/**
 * Cedar's JSON policy format, both ways: a policy set with its templates and links, or one policy.
 * In reading order: {@link rein.policy.json.PolicyJson} (what others use); {@link
 * rein.policy.json.Json} and {@link rein.policy.json.JsonText}, JSON whose values know where they
 * stand; {@code PolicyReader}, {@code ExpressionReader}, {@code ValueReader}, {@code Expected};
 * {@code PolicyWriter}, {@code ExpressionWriter}.
 */
@NullMarked
package rein.policy.json;

import org.jspecify.annotations.NullMarked;
