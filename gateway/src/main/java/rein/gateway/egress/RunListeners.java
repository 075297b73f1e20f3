package rein.gateway.egress;

import java.nio.channels.DatagramChannel;
import java.nio.channels.ServerSocketChannel;

/**
 * What is bound inside a run's network namespace, in blocking mode. The door owns them once opened
 * and closes them.
 *
 * @param redirected all TCP of the run arrives here
 * @param proxy for clients that speak to an HTTP proxy
 * @param names UDP port 53 of the run
 */
public record RunListeners(
        ServerSocketChannel redirected, ServerSocketChannel proxy, DatagramChannel names) {}
