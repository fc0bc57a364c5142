package dev.fluxlog.sse;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** A socket that speaks HTTP/1.1 by hand. */
final class Wire implements AutoCloseable {
    private final Socket socket = new Socket();
    private final InputStream in;
    private boolean chunked;

    Wire(InetSocketAddress address) {
        this(address, 0);
    }

    /** @param from address of this machine that the connection comes from */
    Wire(InetSocketAddress address, String from) {
        try {
            socket.bind(new InetSocketAddress(from, 0));
            socket.connect(address, 60_000);
            socket.setSoTimeout(60_000);
            in = new BufferedInputStream(socket.getInputStream());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** @param receiveBuffer bytes that the kernel takes for us, 0 for its own choice */
    Wire(InetSocketAddress address, int receiveBuffer) {
        try {
            if (receiveBuffer > 0) {
                socket.setReceiveBufferSize(receiveBuffer);
            }
            socket.connect(address, 60_000);
            socket.setSoTimeout(60_000);
            socket.setTcpNoDelay(true);
            in = new BufferedInputStream(socket.getInputStream(), receiveBuffer > 0 ? 512 : 8192);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Sends a request with the usual headers, and a length when there is a body. */
    Wire send(String head, String body, String... lines) {
        StringBuilder text = new StringBuilder(head).append(" HTTP/1.1\r\nHost: localhost\r\n");
        for (String line : lines) {
            text.append(line).append("\r\n");
        }
        byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
        if (bytes.length > 0 || head.startsWith("P")) {
            text.append("Content-Length: ").append(bytes.length).append("\r\n");
        }
        return raw(text + "\r\n" + body);
    }

    Wire raw(String text) {
        return raw(text.getBytes(StandardCharsets.UTF_8));
    }

    Wire raw(byte[] bytes) {
        try {
            socket.getOutputStream().write(bytes);
            socket.getOutputStream().flush();
            return this;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Reads a whole answer. */
    Answer answer() {
        Answer head = head();
        if (head.status() == 204 || head.status() == 304) {
            return head;
        }
        String length = head.header("Content-Length");
        try {
            if (!length.isEmpty()) {
                byte[] body = in.readNBytes(Integer.parseInt(length));
                return new Answer(head.status(), head.headers(), new String(body, StandardCharsets.UTF_8));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        StringBuilder body = new StringBuilder();
        for (String part = part(); !part.isEmpty(); part = part()) {
            body.append(part);
        }
        return new Answer(head.status(), head.headers(), body.toString());
    }

    /** Reads so much of a body. */
    String bytes(int length) {
        try {
            return new String(in.readNBytes(length), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Reads the head of an answer. */
    Answer head() {
        String[] status = line().split(" ", 3);
        Map<String, List<String>> headers = new LinkedHashMap<>();
        for (String line = line(); !line.isEmpty(); line = line()) {
            int colon = line.indexOf(':');
            headers.computeIfAbsent(line.substring(0, colon).toLowerCase(Locale.ROOT), name -> new ArrayList<>())
                    .add(line.substring(colon + 1).trim());
        }
        chunked = headers.getOrDefault("transfer-encoding", List.of()).contains("chunked");
        return new Answer(Integer.parseInt(status[1]), headers, "");
    }

    /** The next piece of a body of unknown length, empty at its end. */
    String part() {
        try {
            if (!chunked) {
                return new String(in.readAllBytes(), StandardCharsets.UTF_8);
            }
            int size = Integer.parseInt(line(), 16);
            String text = new String(in.readNBytes(size), StandardCharsets.UTF_8);
            line();
            return text;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Reads pieces of the body until they contain the text. */
    String until(String text) {
        StringBuilder all = new StringBuilder();
        long deadline = System.nanoTime() + 60_000_000_000L;
        int searched = 0;
        while (all.indexOf(text, searched) < 0) {
            searched = Math.max(0, all.length() - text.length());
            if (System.nanoTime() > deadline) {
                throw new AssertionError("No '" + text + "' in:\n" + all);
            }
            String part = part();
            all.append(part);
            if (part.isEmpty()) {
                throw new AssertionError("The body ended before '" + text + "':\n" + all);
            }
        }
        return all.toString();
    }

    /** Reads pieces of the body until it ends. */
    String rest() {
        StringBuilder all = new StringBuilder();
        for (String part = part(); !part.isEmpty(); part = part()) {
            all.append(part);
        }
        return all.toString();
    }

    /** Whether the peer has closed; waits for it. */
    boolean isClosedByPeer() {
        try {
            while (in.read() >= 0) {
                continue;
            }
            return true;
        } catch (java.net.SocketTimeoutException open) {
            return false;
        } catch (IOException reset) {
            return true;
        }
    }

    private String line() {
        try {
            ByteArrayOutputStream bytes = new ByteArrayOutputStream();
            for (int b = in.read(); b != '\n'; b = in.read()) {
                if (b < 0) {
                    throw new AssertionError("The connection ended after: " + bytes.toString(StandardCharsets.UTF_8));
                }
                if (b != '\r') {
                    bytes.write(b);
                }
            }
            return bytes.toString(StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Ends at once, without a farewell that would keep the port for a while. */
    void reset() {
        try {
            socket.setSoLinger(true, 0);
            socket.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
