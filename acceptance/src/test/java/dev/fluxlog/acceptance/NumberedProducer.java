package dev.fluxlog.acceptance;

import java.io.IOException;
import java.util.Collection;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentLinkedQueue;

/**
 * Appends to a stream of its own under rising numbers, and repeats each until it is answered. After every tenth it sends
 * one again that was answered, which has to be known.
 */
final class NumberedProducer implements Callable<Void> {
    private final String id;
    private final String stream;
    private final CurrentServer server;
    private final Collection<String> complaints = new ConcurrentLinkedQueue<>();
    private final StringBuilder wanted = new StringBuilder();
    private volatile boolean stopping;
    private boolean created;

    NumberedProducer(String id, String stream, CurrentServer server) {
        this.id = id;
        this.stream = stream;
        this.server = server;
    }

    String stream() {
        return stream;
    }

    void stop() {
        stopping = true;
    }

    /** Answers that no server may give. */
    Collection<String> complaints() {
        return complaints;
    }

    /** What the stream has to hold once the producer has ended. */
    String wanted() {
        return wanted.toString();
    }

    @Override
    public Void call() throws InterruptedException {
        for (int number = 0; !stopping && complaints.isEmpty(); number++) {
            String text = id + ":" + number + "\n";
            while (!answered(number, text, 200, 204)) {
                if (server.await().isEmpty() || !complaints.isEmpty()) {
                    return null;
                }
            }
            wanted.append(text);
            if (number % 10 == 9) {
                answered(number - 3, id + ":" + (number - 3) + "\n", 204, 204);
            }
        }
        return null;
    }

    /** One attempt. Whatever is no answer leaves the outcome open. */
    private boolean answered(int number, String text, int fresh, int known) throws InterruptedException {
        String url = server.await();
        if (url.isEmpty()) {
            return false;
        }
        try {
            if (!created) {
                DurableClient.create(url, stream);
                created = true;
            }
            int status = DurableClient.append(url, stream, id, 0, number, text).status();
            if (status == fresh || status == known) {
                return true;
            }
            if (status != 503) {
                complaints.add(id + " " + number + ": " + status);
            }
            return false;
        } catch (IOException cut) {
            return false;
        }
    }
}
