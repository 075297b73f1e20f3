package rein.sandbox;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.nio.channels.Channel;

/**
 * The number of a channel's descriptor, which the JDK does not show; this one place asks for it by
 * a method handle. It needs {@code --add-opens java.base/sun.nio.ch=ALL-UNNAMED}. Safe for any
 * thread.
 */
final class ChannelDescriptor {
    private final MethodHandle descriptor;

    /**
     * @throws SandboxException {@code UNSUPPORTED} when the JVM was started without the flag
     */
    ChannelDescriptor() {
        try {
            this.descriptor =
                    MethodHandles.lookup()
                            .findVirtual(
                                    Class.forName("sun.nio.ch.SelChImpl"),
                                    "getFDVal",
                                    MethodType.methodType(int.class));
        } catch (ReflectiveOperationException e) {
            throw new SandboxException(
                    SandboxException.Code.UNSUPPORTED,
                    "Start the JVM with --add-opens java.base/sun.nio.ch=ALL-UNNAMED; without it "
                            + "the destination of a redirected connection is unknown.",
                    e);
        }
    }

    /** Valid while the channel is open. */
    int of(Channel channel) {
        try {
            return (int) descriptor.invoke(channel);
        } catch (RuntimeException | Error e) {
            throw e;
        } catch (Throwable e) {
            throw new AssertionError("getFDVal throws nothing checked", e);
        }
    }
}
