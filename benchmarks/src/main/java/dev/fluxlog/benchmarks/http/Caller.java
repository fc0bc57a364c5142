package dev.fluxlog.benchmarks.http;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.util.Locale;

/** A blocking connection for one request after the other. */
public final class Caller implements AutoCloseable {
    private final Socket socket;
    private final InputStream in;
    private final OutputStream out;
    private final Answer answer = new Answer();
    private final byte[] buffer = new byte[16 << 10];

    public Caller(String server) throws IOException {
        int colon = server.indexOf(':');
        socket = new Socket(server.substring(0, colon), Integer.parseInt(server.substring(colon + 1)));
        socket.setTcpNoDelay(true);
        in = socket.getInputStream();
        out = socket.getOutputStream();
    }

    /** Sends a request and waits for the whole answer; returns its status. */
    public int call(byte[] request) throws IOException {
        send(request);
        return receive();
    }

    void send(byte[] request) throws IOException {
        out.write(request);
        out.flush();
    }

    /** Waits for the whole answer to what was sent; returns its status. */
    int receive() throws IOException {
        answer.clear();
        do {
            int count = in.read(buffer);
            if (count < 0) {
                throw new IOException("the server has closed the connection");
            }
            answer.add(buffer, count);
        } while (!answer.isComplete());
        return answer.status();
    }

    /** A header of the last answer. */
    String header(String name) throws IOException {
        String text = text();
        int at = text.toLowerCase(Locale.ROOT).indexOf("\r\n" + name.toLowerCase(Locale.ROOT) + ":");
        if (at < 0) {
            throw new IOException("no " + name + " in " + text);
        }
        int from = at + name.length() + 3;
        return text.substring(from, text.indexOf('\r', from)).strip();
    }

    /** The last answer. */
    public String text() {
        return answer.text();
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
