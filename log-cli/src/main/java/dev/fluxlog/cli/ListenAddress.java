package dev.fluxlog.cli;

import java.net.InetSocketAddress;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/**
 * An address to listen on, written {@code HOST:PORT}; IPv6 in brackets.
 *
 * @param host name or address, without brackets
 * @param port 0 for any free one
 */
record ListenAddress(String host, int port) {
    private static final Pattern WRITTEN = Pattern.compile("(?:\\[([0-9A-Fa-f:.]+)]|([^:\\[\\]]+)):([0-9]{1,5})");

    static ListenAddress of(InetSocketAddress bound) {
        return new ListenAddress(bound.getHostString(), bound.getPort());
    }

    /** The address at which this machine reaches it: one that stands for all addresses can be listened on only. */
    ListenAddress reachable() {
        return switch (host) {
            case "0.0.0.0" -> new ListenAddress("127.0.0.1", port);
            case "::", "0:0:0:0:0:0:0:0" -> new ListenAddress("::1", port);
            default -> this;
        };
    }

    @Override
    public String toString() {
        return (host.indexOf(':') < 0 ? host : "[" + host + "]") + ":" + port;
    }

    /** Reads it from the command line. */
    static final class Converter implements ITypeConverter<ListenAddress> {
        @Override
        public ListenAddress convert(String value) {
            Matcher matcher = WRITTEN.matcher(value);
            if (matcher.matches() && Integer.parseInt(matcher.group(3)) <= 65_535) {
                String host = matcher.group(1) == null ? matcher.group(2) : matcher.group(1);
                return new ListenAddress(host, Integer.parseInt(matcher.group(3)));
            }
            throw new TypeConversionException(
                    "'" + Printable.of(value) + "' is not an address to listen on, which is like 127.0.0.1:4437");
        }
    }
}
