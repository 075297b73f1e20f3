/**
 * Who is calling: credentials, exchange, revocation; and what this installation is called.
 *
 * <p>In reading order: {@link rein.identity.Caller}, {@link rein.identity.Tokens} with what they
 * answer ({@link rein.identity.IssuedToken}, {@link rein.identity.StoredToken}, {@link
 * rein.identity.Verification}), {@link rein.identity.TokenText} and {@link
 * rein.identity.TokenRules}, {@link rein.identity.TokenStore} and its {@link
 * rein.identity.JdbcTokenStore}; then {@link rein.identity.Installation} in its {@link
 * rein.identity.InstallationFile}.
 */
@NullMarked
package rein.identity;

import org.jspecify.annotations.NullMarked;
