/**
 * The management API's transport. Reading order: {@link rein.server.http.Exchange} (what a handler
 * sees), {@link rein.server.http.HttpDoor} (Jetty behind it), {@link rein.server.http.Api} (the
 * route table, decided by the policy decision point), {@link rein.server.http.OpenApi} (the same
 * table as a document), {@link rein.server.http.Problem} (RFC 9457).
 */
@NullMarked
package rein.server.http;

import org.jspecify.annotations.NullMarked;
