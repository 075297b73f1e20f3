/**
 * The egress door: every TCP connection and every name look-up of a run passes here, whatever the
 * program, port or protocol.
 *
 * <p>In reading order. Opening it: {@link rein.gateway.egress.EgressDoor}, {@link
 * rein.gateway.egress.RunDoor}, {@link rein.gateway.egress.RunListeners}, {@link
 * rein.gateway.egress.Parts}. Names: SyntheticNames, NameServer, DnsQuery, TunnelSigns. The life of
 * a connection: Passage, Wire, FirstBytes, ClientHello, Opening, ServerFirst, Banner. Deciding:
 * Destination, Ask, Gate, Clearance, {@link rein.gateway.egress.Resolver}, {@link
 * rein.gateway.egress.AddressClass}, AddressCheck. Passing: Flow, Dialer, {@link
 * rein.gateway.egress.UpstreamProxies}, {@link rein.gateway.egress.UpstreamProxy}, {@link
 * rein.gateway.egress.NoProxy}, ProxyTunnel, Unreached, Relay, Silence, FlowEnd. HTTP:
 * HttpConversation, HttpTarget, HttpExchange, HttpReader, HttpHead, HttpBody, HttpAnswer. SOCKS:
 * SocksConversation, SocksHead, SocksReply. Refusing: Explanation, Evidence. Bounds: Limits.
 */
@NullMarked
package rein.gateway.egress;

import org.jspecify.annotations.NullMarked;
