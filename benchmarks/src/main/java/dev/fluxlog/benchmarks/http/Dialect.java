package dev.fluxlog.benchmarks.http;

import java.nio.charset.StandardCharsets;

/** How a server wants to be asked. Stream names are numbers from 0. */
public enum Dialect {
    FLUXLOG {
        @Override
        String path(int stream) {
            return "/streams/stream-" + stream;
        }

        @Override
        public byte[] follow(String server, int stream) {
            return get(server, path(stream) + "?from=tail");
        }

        @Override
        public byte[] replay(String server, int stream) {
            return get(server, path(stream) + "?from=start");
        }
    },
    DURABLE_STREAMS {
        @Override
        String path(int stream) {
            return "/stream-" + stream;
        }
    },
    /** The same protocol under the path where our server speaks it. */
    FLUXLOG_DURABLE_STREAMS {
        @Override
        String path(int stream) {
            return "/v1/stream/stream-" + stream;
        }
    },
    /** A server with channels that are published to and followed under paths of their own. */
    CHANNEL {
        @Override
        String path(int stream) {
            return "/publish/" + stream;
        }

        @Override
        public byte[] follow(String server, int stream) {
            return get(server, "/follow/" + stream);
        }

        @Override
        public byte[] replay(String server, int stream) {
            throw new UnsupportedOperationException("a channel keeps nothing");
        }
    };

    /** @param durable whether our own server is asked in the protocol of Durable Streams */
    public static Dialect of(String subject, boolean durable) {
        if (subject.startsWith("fluxlog")) {
            return durable ? FLUXLOG_DURABLE_STREAMS : FLUXLOG;
        }
        return subject.startsWith("durable-streams") ? DURABLE_STREAMS : CHANNEL;
    }

    abstract String path(int stream);

    /** A request for the events from now on. */
    public byte[] follow(String server, int stream) {
        return get(server, path(stream) + "?offset=now&live=sse");
    }

    /** A request for all events. */
    public byte[] replay(String server, int stream) {
        return get(server, path(stream) + "?offset=-1&live=sse");
    }

    /** A request that is answered when there is something behind the offset; in the protocol of Durable Streams. */
    byte[] poll(String server, int stream, String offset) {
        return get(server, path(stream) + "?live=long-poll&offset=" + offset, "*/*");
    }

    /** A request that creates the stream, or does no harm where streams need not be created. */
    public byte[] create(String server, int stream) {
        String method = this == CHANNEL ? "GET" : "PUT";
        String type =
                this == DURABLE_STREAMS || this == FLUXLOG_DURABLE_STREAMS ? "Content-Type: application/json\r\n" : "";
        return ascii(method + " " + path(stream) + " HTTP/1.1\r\nHost: " + server + "\r\n" + type
                + "Content-Length: 0\r\n\r\n");
    }

    public byte[] append(String server, int stream, byte[] json) {
        return post(server, stream, "application/json", json);
    }

    public byte[] post(String server, int stream, String mediaType, byte[] body) {
        byte[] head = ascii("POST " + path(stream) + " HTTP/1.1\r\nHost: " + server + "\r\nContent-Type: " + mediaType
                + "\r\nContent-Length: " + body.length + "\r\n\r\n");
        byte[] request = new byte[head.length + body.length];
        System.arraycopy(head, 0, request, 0, head.length);
        System.arraycopy(body, 0, request, head.length, body.length);
        return request;
    }

    static byte[] get(String server, String path) {
        return get(server, path, "text/event-stream");
    }

    private static byte[] get(String server, String path, String accept) {
        return ascii("GET " + path + " HTTP/1.1\r\nHost: " + server + "\r\nAccept: " + accept + "\r\n\r\n");
    }

    static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
