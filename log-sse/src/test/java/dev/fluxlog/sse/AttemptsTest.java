package dev.fluxlog.sse;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.fluxlog.EventLog;
import dev.fluxlog.EventStream;
import dev.fluxlog.spec.Proves;
import java.io.IOException;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

/** Repeats of an append whose first attempt is still running: the log is one that answers when it is told to. */
@Proves("SUB-27")
class AttemptsTest extends Served {
    private static final String KEY = "Idempotency-Key: k-1";
    private static final String APPEND = "POST /streams/a";
    private static final String TRANSACTION = "POST /transactions";

    private final Sinks.Empty<Void> release = Sinks.empty();
    private final AtomicInteger arrived = new AtomicInteger();
    private Gateway held;

    @BeforeEach
    void hold() {
        held = now(Gateway.start(holding(EventLog.class, log), options()));
    }

    @AfterEach
    void letGo() {
        release.tryEmitEmpty();
        held.close().block(PATIENCE);
    }

    @ParameterizedTest
    @ValueSource(strings = {APPEND, TRANSACTION})
    void aRepeatIsToldSoAtOnceAndAnsweredWhenTheFirstHasBeen(String head) throws IOException {
        try (Wire first = begin(head, KEY)) {
            Answer meanwhile = repeat(head, KEY);
            assertThat(meanwhile.status()).isEqualTo(409);
            assertThat(meanwhile.header("Retry-After")).isEqualTo("1");
            assertThat(meanwhile.body())
                    .contains("/problems/idempotency-in-progress")
                    .contains("\"stream\":\"a\",\"key\":\"k-1\"");

            release.tryEmitEmpty();
            Answer done = first.answer();
            assertThat(done.status()).isEqualTo(201);
            Answer repeat = repeat(head, KEY);
            assertThat(repeat.status()).isEqualTo(200);
            assertThat(repeat.body()).isEqualTo(done.body().replace("\"replayed\":false", "\"replayed\":true"));
        }
        assertThat(now(stream("a").info()).highWaterMark()).isEqualTo(1);
    }

    @Test
    void anotherKeyAndAnotherStreamDoNotWait() throws IOException {
        try (Wire first = begin(APPEND, KEY);
                Wire otherKey = begin(APPEND, "Idempotency-Key: k-2");
                Wire otherStream = begin("POST /streams/b", KEY);
                Wire keyless = begin(APPEND, "X-Nothing: 1")) {
            release.tryEmitEmpty();
            for (Wire wire : new Wire[] {first, otherKey, otherStream, keyless}) {
                assertThat(wire.answer().status()).isEqualTo(201);
            }
        }
    }

    @Test
    void whoseFirstConnectionBrokeIsAnsweredByTheLog() throws IOException {
        begin(APPEND, KEY).reset();
        release.tryEmitEmpty();

        await().atMost(PATIENCE)
                .untilAsserted(() -> assertThat(repeat(APPEND, KEY).status()).isIn(200, 201));
        assertThat(now(stream("a").info()).highWaterMark()).isEqualTo(1);
    }

    @Test
    void anAttemptThatWasRefusedHasEnded() throws IOException {
        release.tryEmitEmpty();

        assertThat(repeat(APPEND, KEY, "If-Match: \"9\"").status()).isEqualTo(412);
        assertThat(repeat(APPEND, KEY).status()).isEqualTo(201);
    }

    private Answer repeat(String head, String... lines) throws IOException {
        try (Wire wire = sent(head, lines)) {
            return wire.answer();
        }
    }

    /** Sends, and waits until the log has it. */
    private Wire begin(String head, String line) {
        int before = arrived.get();
        Wire wire = sent(head, line);
        await().atMost(PATIENCE).until(() -> arrived.get() > before);
        return wire;
    }

    private Wire sent(String head, String... lines) {
        boolean one = !head.equals(TRANSACTION);
        String body = one ? "1" : "{\"appends\":[{\"stream\":\"a\",\"events\":[{\"data\":1}]}]}";
        String[] all = new String[lines.length + 1];
        System.arraycopy(lines, 0, all, 0, lines.length);
        all[lines.length] = "Content-Type: application/json";
        return new Wire(held.address()).send(head, body, all);
    }

    /** What appends waits until it is released. */
    private <T> T holding(Class<T> type, T real) {
        InvocationHandler handler = (self, method, arguments) -> {
            try {
                Object result = method.invoke(real, arguments);
                if (method.getName().equals("stream")) {
                    return holding(EventStream.class, (EventStream) result);
                }
                boolean appends =
                        method.getName().equals("append") || method.getName().equals("commit");
                return appends
                        ? release.asMono().then((Mono<?>) result).doOnSubscribe(s -> arrived.incrementAndGet())
                        : result;
            } catch (InvocationTargetException e) {
                throw Objects.requireNonNull(e.getCause());
            }
        };
        return type.cast(Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] {type}, handler));
    }
}
