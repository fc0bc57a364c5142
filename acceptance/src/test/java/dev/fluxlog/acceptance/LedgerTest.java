package dev.fluxlog.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fluxlog.acceptance.Ledger.Part;
import dev.fluxlog.acceptance.Ledger.Stored;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** The judge is judged: every way of breaking a promise is found out. */
class LedgerTest {
    private final Ledger ledger = new Ledger();

    /** One of two events in a, and two parts of one event in b and c. */
    private final byte[] first = Ledger.payload("batch", 0, 0, new byte[] {(byte) 0xff});

    private final byte[] second = Ledger.payload("batch", 0, 1, new byte[0]);
    private final byte[] left = Ledger.payload("pair", 0, 0, new byte[0]);
    private final byte[] right = Ledger.payload("pair", 1, 0, new byte[0]);
    private final Ledger.Operation batch = ledger.begin("batch", List.of(new Part("a", List.of(first, second))));
    private final Ledger.Operation pair =
            ledger.begin("pair", List.of(new Part("b", List.of(left)), new Part("c", List.of(right))));

    @Test
    void what_was_acknowledged_and_is_there_is_well() {
        acknowledgeAll();
        assertThat(ledger.violations(whole())).isEmpty();
    }

    @Test
    void what_was_not_acknowledged_may_be_there_or_not() {
        assertThat(ledger.violations(whole())).isEmpty();
        assertThat(ledger.violations(Map.of())).isEmpty();
    }

    @Test
    void a_loss_is_found() {
        acknowledgeAll();
        assertThat(ledger.violations(Map.of("a", List.of(stored(1, first), stored(2, second)))))
                .anyMatch(text -> text.startsWith("pair: acknowledged and lost"));
    }

    @Test
    void a_changed_byte_is_found() {
        acknowledgeAll();
        byte[] changed = first.clone();
        changed[changed.length - 1]--;
        assertThat(ledger.violations(with("a", List.of(stored(1, changed), stored(2, second)))))
                .anyMatch(text -> text.startsWith("batch: acknowledged and lost"))
                .contains("a 1: nobody sent this");
    }

    @Test
    void another_sequence_is_found() {
        ledger.acknowledge(batch, List.of(2L));
        assertThat(ledger.violations(whole())).contains("batch: acknowledged as a 2 and stored as 1");
    }

    @Test
    void a_repeat_is_found() {
        assertThat(ledger.violations(with("a", List.of(stored(1, first), stored(2, second), new Stored(3, 9, first)))))
                .contains("a 3: there twice");
    }

    @Test
    void a_hole_is_found() {
        assertThat(ledger.violations(with("a", List.of(stored(2, first), stored(3, second)))))
                .contains("a: sequence 2 where 1 belongs");
    }

    @Test
    void half_a_batch_is_found() {
        assertThat(ledger.violations(with("a", List.of(stored(1, first)))))
                .contains("batch: only 1 of 2 events are there");
    }

    @Test
    void half_a_transaction_is_found() {
        assertThat(ledger.violations(with("c", List.of()))).contains("pair: only 1 of 2 events are there");
    }

    @Test
    void the_wrong_stream_is_found() {
        acknowledgeAll();
        assertThat(ledger.violations(Map.of(
                        "a", List.of(stored(1, first), stored(2, second)),
                        "c", List.of(new Stored(1, 3, left), new Stored(2, 4, right)))))
                .anyMatch(text -> text.startsWith("pair: acknowledged and lost, b 1"));
    }

    @Test
    void a_stranger_inside_a_batch_is_found() {
        assertThat(ledger.violations(with("a", List.of(stored(1, first), new Stored(2, 7, second)))))
                .contains("batch: not adjacent at 7");
    }

    private void acknowledgeAll() {
        ledger.acknowledge(batch, List.of(1L));
        ledger.acknowledge(pair, List.of(1L, 1L));
    }

    private Map<String, List<Stored>> whole() {
        return with("a", List.of(stored(1, first), stored(2, second)));
    }

    private Map<String, List<Stored>> with(String stream, List<Stored> events) {
        Map<String, List<Stored>> streams = new java.util.HashMap<>(Map.of(
                "a", List.of(stored(1, first), stored(2, second)),
                "b", List.of(new Stored(1, 3, left)),
                "c", List.of(new Stored(1, 4, right))));
        streams.put(stream, new ArrayList<>(events));
        return streams;
    }

    private static Stored stored(long sequence, byte[] payload) {
        return new Stored(sequence, sequence, payload);
    }
}
