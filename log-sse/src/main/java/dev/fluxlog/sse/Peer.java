package dev.fluxlog.sse;

import java.net.Inet6Address;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * Who is at the other end of a connection, as far as bounds are concerned: an address of IPv4, or the first 64 bits of
 * one of IPv6, all of which one subscriber of a network has.
 */
record Peer(long prefix, boolean six) {
    private static final Peer UNKNOWN = new Peer(0, false);

    /** @param remote null when the connection has ended already */
    static Peer of(@Nullable SocketAddress remote) {
        if (!(remote instanceof InetSocketAddress address) || address.isUnresolved()) {
            return UNKNOWN;
        }
        ByteBuffer bytes = ByteBuffer.wrap(address.getAddress().getAddress());
        return address.getAddress() instanceof Inet6Address
                ? new Peer(bytes.getLong(), true)
                : new Peer(Integer.toUnsignedLong(bytes.getInt()), false);
    }
}
