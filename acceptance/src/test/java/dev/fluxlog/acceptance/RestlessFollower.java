package dev.fluxlog.acceptance;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** One connection at a time to one stream, each behind the last event that came whole. One thread. */
final class RestlessFollower {
    private final String path;
    private final Consumer<String> payloads;
    private final int receiveBufferBytes;
    private @Nullable SocketChannel channel;
    private ChunkedFrames frames = new ChunkedFrames(this::line);
    private long seen;
    private long id = -1;
    private boolean isEvent;
    private boolean isControl;
    private String complaint = "";

    RestlessFollower(String stream) {
        this("/streams/" + stream, payload -> {}, 0);
    }

    /**
     * @param payloads gets what stands in the field {@code data} of each event
     * @param receiveBufferBytes what the operating system may keep for it; 0 for what it thinks best
     */
    RestlessFollower(String path, Consumer<String> payloads, int receiveBufferBytes) {
        this.path = path;
        this.payloads = payloads;
        this.receiveBufferBytes = receiveBufferBytes;
    }

    /** The last event; all before it came, each once and in order, unless there is a {@link #complaint}. */
    long seen() {
        return seen;
    }

    String complaint() {
        return complaint;
    }

    boolean isConnected() {
        return channel != null;
    }

    void connect(InetSocketAddress server, Selector selector) {
        SocketChannel opened = null;
        try {
            opened = SocketChannel.open();
            if (receiveBufferBytes > 0) {
                opened.setOption(StandardSocketOptions.SO_RCVBUF, receiveBufferBytes);
            }
            opened.connect(server);
            String request = "GET " + path + " HTTP/1.1\r\nHost: localhost\r\nAccept: text/event-stream\r\n"
                    + "Last-Event-ID: " + seen + "\r\n\r\n";
            opened.write(ByteBuffer.wrap(request.getBytes(StandardCharsets.US_ASCII)));
            opened.configureBlocking(false);
            opened.register(selector, SelectionKey.OP_READ, this);
            channel = opened;
            frames = new ChunkedFrames(this::line);
            clear();
        } catch (IOException down) {
            close(opened);
        }
    }

    void read(ByteBuffer input) {
        SocketChannel from = channel;
        if (from == null) {
            return;
        }
        try {
            if (from.read(input.clear()) < 0) {
                leave();
            } else {
                frames.feed(input.flip());
            }
        } catch (IOException cut) {
            leave();
        }
    }

    void leave() {
        close(channel);
        channel = null;
    }

    private static void close(@Nullable SocketChannel open) {
        if (open != null) {
            try {
                open.close();
            } catch (IOException e) {
                throw new IllegalStateException(e);
            }
        }
    }

    private void line(String line) {
        if (line.startsWith("HTTP/") && !line.contains(" 200 ")) {
            complain(line);
        } else if (line.startsWith("event: ")) {
            isControl = true;
            if (!line.equals("event: caught-up") && !line.equals("event: bye")) {
                complain(line);
            }
        } else if (line.startsWith("data: ")) {
            isEvent = !isControl;
            if (isEvent) {
                payloads.accept(line.substring(6));
            }
        } else if (line.startsWith("id: ")) {
            id = Long.parseLong(line.substring(4));
        } else if (line.isEmpty()) {
            frame();
            clear();
        }
    }

    private void frame() {
        if (isEvent && id != seen + 1) {
            complain("event " + id + " came after " + seen);
        } else if (!isEvent && id >= 0 && id != seen) {
            complain("the place moved from " + seen + " to " + id);
        }
        seen = Math.max(seen, id);
    }

    private void clear() {
        id = -1;
        isEvent = false;
        isControl = false;
    }

    private void complain(String what) {
        complaint = complaint.isEmpty() ? what : complaint;
    }
}
