package dev.fluxlog.backend;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.fluxlog.spec.Proves;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

/** The fold from frames to the state of streams. */
class CatalogTest {
    private static final byte[] NOTHING = new byte[0];

    private final Catalog catalog = new Catalog();

    @Test
    void followsTheLifeOfAStream() {
        apply(control(Catalog.CREATED, 0, 0, "orders"), event(1, 1), event(2, 2), control(Catalog.TRIMMED, 2, 2, ""));
        assertThat(catalog.stream(1)).contains(new StreamState(1, "orders", true, false, 2, 2, NOTHING));

        apply(control(Catalog.SEALED, 2, 2, ""));
        assertThat(catalog.stream(1)).contains(new StreamState(1, "orders", true, true, 2, 2, NOTHING));

        apply(control(Catalog.DELETED, 2, 2, ""));
        assertThat(catalog.stream(1)).contains(new StreamState(1, "orders", false, false, 3, 2, NOTHING));
    }

    @Test
    @Proves("STR-24")
    void goesOnAboveTheOldMarkWhenANameComesAgain() {
        apply(control(Catalog.CREATED, 0, 0, "orders"), event(1, 1), control(Catalog.DELETED, 1, 1, ""));

        apply(control(Catalog.CREATED, 1, 1, "orders"), event(2, 2));

        assertThat(catalog.stream(1)).contains(new StreamState(1, "orders", true, false, 2, 2, NOTHING));
    }

    @Test
    void refusesWhatDoesNotFollow() {
        apply(control(Catalog.CREATED, 0, 0, "orders"), event(1, 1));

        assertThatThrownBy(() -> apply(event(3, 2))).hasMessageContaining("next of its stream");
        assertThatThrownBy(() -> apply(event(2, 3))).hasMessageContaining("next position");
        assertThatThrownBy(() -> apply(control(Catalog.TRIMMED, 3, 1, ""))).hasMessageContaining("marks");
        assertThatThrownBy(() -> apply(control(Catalog.CREATED, 1, 1, "orders")))
                .hasMessageContaining("exists");
        assertThatThrownBy(() -> apply(control("melted", 1, 1, ""))).hasMessageContaining("melted");
    }

    @Test
    @Proves("STR-41")
    void keepsSharedEventsUntilTheLastForkThatNeedsThemHasLetGo() {
        apply(control(Catalog.CREATED, 0, 0, "a"), event(1, 1), event(2, 2), event(3, 3));
        apply(fork(2, 1, 2, 3), fork(3, 2, 2, 3));
        assertThat(catalog.lowestNeeded(1)).isEqualTo(1);
        apply(control(Catalog.DELETED, 3, 3, ""), of(2, control(Catalog.DELETED, 2, 3, "")));
        assertThat(catalog.lowestNeeded(1)).isEqualTo(1);
        assertThat(catalog.lineage(3)).containsExactly(3L, 2L, 1L);

        Catalog reopened = new Catalog(catalog.position(), catalog.streams());
        assertThat(reopened.lowestNeeded(1)).isEqualTo(1);

        apply(of(3, control(Catalog.TRIMMED, 2, 3, "")));
        assertThat(catalog.lowestNeeded(1)).isEqualTo(2);
        apply(of(3, control(Catalog.TRIMMED, 3, 3, "")));
        assertThat(catalog.lowestNeeded(1)).isEqualTo(4);
    }

    @Test
    @Proves("STR-40")
    void refusesAForkOfWhatIsNotThereOrToANameInUse() {
        apply(control(Catalog.CREATED, 0, 0, "a"), event(1, 1), event(2, 2), control(Catalog.TRIMMED, 2, 2, ""));

        assertThatThrownBy(() -> apply(fork(2, 1, 3, 2, 2))).hasMessageContaining("does not have");
        assertThatThrownBy(() -> apply(fork(2, 1, 2, 2, 1))).hasMessageContaining("does not have");
        assertThatThrownBy(() -> apply(fork(2, 9, 2, 2, 2))).hasMessageContaining("does not have");
        assertThatThrownBy(() -> apply(fork(1, 1, 2, 2, 2))).hasMessageContaining("in use");
    }

    private static Frame fork(long number, long source, long sequence, long position) {
        return fork(number, source, sequence, position, 1);
    }

    private static Frame fork(long number, long source, long sequence, long position, long lowWaterMark) {
        byte[] payload = new ForkPayload(source, lowWaterMark, "f" + number).encode();
        byte[] type = Catalog.FORKED.getBytes(StandardCharsets.UTF_8);
        Frame frame =
                frame(new Frame.Parts(Frame.CONTROL, type, NOTHING, NOTHING, NOTHING, payload), sequence, position);
        return of(number, frame);
    }

    private static Frame of(long number, Frame frame) {
        Frame.place(frame.array(), 0, number, frame.sequence(), frame.position(), 0);
        return frame;
    }

    private void apply(Frame... frames) {
        for (Frame frame : frames) {
            catalog.apply(frame);
        }
    }

    private static Frame event(long sequence, long position) {
        return frame(new Frame.Parts(0, NOTHING, NOTHING, NOTHING, NOTHING, NOTHING), sequence, position);
    }

    private static Frame control(String change, long sequence, long position, String payload) {
        byte[] type = change.getBytes(StandardCharsets.UTF_8);
        byte[] bytes = payload.getBytes(StandardCharsets.UTF_8);
        return frame(new Frame.Parts(Frame.CONTROL, type, NOTHING, NOTHING, NOTHING, bytes), sequence, position);
    }

    private static Frame frame(Frame.Parts parts, long sequence, long position) {
        byte[] target = new byte[parts.frameBytes()];
        Frame.write(target, 0, parts);
        Frame.place(target, 0, 1, sequence, position, 0);
        return Frame.of(target, 0);
    }
}
