package dev.fluxlog.sse;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.fluxlog.spec.Proves;
import java.net.InetSocketAddress;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class RatesTest {
    private static final long SECOND = TimeUnit.SECONDS.toNanos(1);

    // A clock of the system may stand anywhere.
    private long now = Long.MAX_VALUE - SECOND;
    private final Rates rates = new Rates(4, () -> now);

    @Test
    void asManyAsTheBoundArePassedAndOneMoreIsNot() {
        for (int i = 0; i < 4; i++) {
            rates.require("a");
        }

        assertThatThrownBy(() -> rates.require("a"))
                .isInstanceOfSatisfying(
                        Refusal.class,
                        refusal -> assertThat(refusal.problem().headers()).containsEntry("Retry-After", "1"));
        rates.require("b");
    }

    @Test
    void whoWaitsMaySendAsManyAsTheTimeBringsAndNeverMoreThanASecondOfThem() {
        for (int i = 0; i < 4; i++) {
            rates.require("a");
        }
        now += SECOND / 2;
        rates.require("a");
        rates.require("a");
        assertThatThrownBy(() -> rates.require("a")).isInstanceOf(Refusal.class);

        now += 3600 * SECOND;
        for (int i = 0; i < 4; i++) {
            rates.require("a");
        }
        assertThatThrownBy(() -> rates.require("a")).isInstanceOf(Refusal.class);
    }

    @Test
    void refusedRequestsDoNotMakeTheWaitLonger() {
        for (int i = 0; i < 4; i++) {
            rates.require("a");
        }
        for (int i = 0; i < 1_000; i++) {
            assertThatThrownBy(() -> rates.require("a")).isInstanceOf(Refusal.class);
        }

        now += SECOND / 4;

        rates.require("a");
    }

    @Test
    @Proves("LIM-8")
    void aFloodOfAddressesTakesBoundedRoomAndThoseWhoCameBeforeKeepTheirRate() {
        rates.require("early");
        for (int i = 0; i < 2 * Rates.BUCKETS_MAX; i++) {
            flood(i);
        }

        assertThat(rates.buckets()).isLessThanOrEqualTo(Rates.BUCKETS_MAX + 1);
        assertThatThrownBy(() -> rates.require("late")).isInstanceOf(Refusal.class);
        rates.require("early");

        now += SECOND;
        rates.require("late");
        assertThat(rates.buckets()).isLessThanOrEqualTo(2);
    }

    private void flood(int address) {
        try {
            rates.require(address);
        } catch (Refusal beyondTheBound) {
            assertThat(rates.buckets()).isGreaterThanOrEqualTo(Rates.BUCKETS_MAX);
        }
    }

    @Test
    void withoutABoundNothingIsKept() {
        Rates none = new Rates(0, System::nanoTime);
        for (int i = 0; i < 10_000; i++) {
            none.require("a");
        }

        assertThat(none.buckets()).isZero();
    }

    @Test
    void allAddressesOfOneNetworkOfVersionSixAreOnePeer() {
        Peer one = Peer.of(new InetSocketAddress("2001:db8:1:2::1", 1));

        assertThat(Peer.of(new InetSocketAddress("2001:db8:1:2:ffff::9", 2))).isEqualTo(one);
        assertThat(Peer.of(new InetSocketAddress("2001:db8:1:3::1", 1))).isNotEqualTo(one);
        assertThat(Peer.of(new InetSocketAddress("127.0.0.1", 1)))
                .isEqualTo(Peer.of(new InetSocketAddress("127.0.0.1", 2)))
                .isNotEqualTo(Peer.of(new InetSocketAddress("127.0.0.2", 1)));
    }
}
