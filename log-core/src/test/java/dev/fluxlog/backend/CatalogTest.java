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
