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

        @Override
        public byte[] follow(String server, int stream) {
            return get(server, path(stream) + "?offset=now&live=sse");
        }

        @Override
        public byte[] replay(String server, int stream) {
            return get(server, path(stream) + "?offset=-1&live=sse");
        }
    },
    /** A server with one channel that is published to and followed under paths of its own. */
    CHANNEL {
        @Override
        String path(int stream) {
            return "/publish";
        }

        @Override
        public byte[] follow(String server, int stream) {
            return get(server, "/follow");
        }

        @Override
        public byte[] replay(String server, int stream) {
            throw new UnsupportedOperationException("a channel keeps nothing");
        }
    };

    public static Dialect of(String subject) {
        if (subject.startsWith("fluxlog")) {
            return FLUXLOG;
        }
        return subject.startsWith("durable-streams") ? DURABLE_STREAMS : CHANNEL;
    }

    abstract String path(int stream);

    /** A request for the events from now on. */
    public abstract byte[] follow(String server, int stream);

    /** A request for all events. */
    public abstract byte[] replay(String server, int stream);

    /** A request that creates the stream, or does no harm where streams need not be created. */
    public byte[] create(String server, int stream) {
        String method = this == CHANNEL ? "GET" : "PUT";
        String type = this == DURABLE_STREAMS ? "Content-Type: application/json\r\n" : "";
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
        return ascii("GET " + path + " HTTP/1.1\r\nHost: " + server + "\r\nAccept: text/event-stream\r\n\r\n");
    }

    static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
