package dev.fluxlog.tck;

import org.junit.jupiter.api.Nested;

/**
 * Everything that an {@link dev.fluxlog.EventLog} promises, however it is made: extend it, say how to open the log, and
 * all of it runs.
 */
public abstract class EventLogContract {

    /** A new, empty medium; asked for once per test. */
    protected abstract LogFixture fixture();

    @Nested
    final class Appends extends AppendContract {
        @Override
        protected LogFixture fixture() {
            return EventLogContract.this.fixture();
        }
    }

    @Nested
    final class Reads extends ReadContract {
        @Override
        protected LogFixture fixture() {
            return EventLogContract.this.fixture();
        }
    }

    @Nested
    final class Pages extends PageContract {
        @Override
        protected LogFixture fixture() {
            return EventLogContract.this.fixture();
        }
    }

    @Nested
    final class Subscribes extends SubscribeContract {
        @Override
        protected LogFixture fixture() {
            return EventLogContract.this.fixture();
        }
    }

    @Nested
    final class Signals extends SignalsContract {
        @Override
        protected LogFixture fixture() {
            return EventLogContract.this.fixture();
        }
    }

    @Nested
    final class Lives extends LifeContract {
        @Override
        protected LogFixture fixture() {
            return EventLogContract.this.fixture();
        }
    }

    @Nested
    final class Names extends NamesContract {
        @Override
        protected LogFixture fixture() {
            return EventLogContract.this.fixture();
        }
    }

    @Nested
    final class Transactions extends TransactionContract {
        @Override
        protected LogFixture fixture() {
            return EventLogContract.this.fixture();
        }
    }

    @Nested
    final class Idempotency extends IdempotencyContract {
        @Override
        protected LogFixture fixture() {
            return EventLogContract.this.fixture();
        }
    }

    @Nested
    final class Closing extends CloseContract {
        @Override
        protected LogFixture fixture() {
            return EventLogContract.this.fixture();
        }
    }

    @Nested
    final class Limits extends LimitsContract {
        @Override
        protected LogFixture fixture() {
            return EventLogContract.this.fixture();
        }
    }

    @Nested
    final class Clocks extends ClockContract {
        @Override
        protected LogFixture fixture() {
            return EventLogContract.this.fixture();
        }
    }

    @Nested
    final class Streams extends StreamsContract {
        @Override
        protected LogFixture fixture() {
            return EventLogContract.this.fixture();
        }
    }

    @Nested
    final class Selections extends SelectionContract {
        @Override
        protected LogFixture fixture() {
            return EventLogContract.this.fixture();
        }
    }

    @Nested
    final class Retains extends RetentionContract {
        @Override
        protected LogFixture fixture() {
            return EventLogContract.this.fixture();
        }
    }

    @Nested
    final class Producers extends ProducerContract {
        @Override
        protected LogFixture fixture() {
            return EventLogContract.this.fixture();
        }
    }

    @Nested
    final class Forking extends ForkContract {
        @Override
        protected LogFixture fixture() {
            return EventLogContract.this.fixture();
        }
    }

    @Nested
    final class TimesToLive extends TimeToLiveContract {
        @Override
        protected LogFixture fixture() {
            return EventLogContract.this.fixture();
        }
    }
}
