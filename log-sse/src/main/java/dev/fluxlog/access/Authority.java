package dev.fluxlog.access;

import java.util.List;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Knows whom a token stands for. Safe for any thread; never blocks its caller. */
public interface Authority {

    /**
     * <em>Emits</em> the caller that the token stands for at this moment. <em>Fails with</em> {@link Unauthenticated}
     * when it stands for none.
     */
    Mono<Caller> authenticate(String token);

    /** Whether callers have to show a token at all. */
    default boolean isAsking() {
        return true;
    }

    /** <em>Emits</em> whenever an earlier answer may be another now. Hot; <em>demand</em> is not honoured. */
    Flux<Long> changes();

    /** Ends what it does in the background. Lazy and repeatable. */
    Mono<Void> close();

    /** Lets everybody do everything. */
    static Authority anybody() {
        return Anybody.INSTANCE;
    }

    /** The first of several that knows the token. */
    static Authority anyOf(List<Authority> authorities) {
        return authorities.size() == 1 ? authorities.get(0) : new Authorities(authorities);
    }

    /** @see Authority#anybody() */
    enum Anybody implements Authority {
        INSTANCE;

        @Override
        public Mono<Caller> authenticate(String token) {
            return Mono.just(Caller.anybody());
        }

        @Override
        public boolean isAsking() {
            return false;
        }

        @Override
        public Flux<Long> changes() {
            return Flux.never();
        }

        @Override
        public Mono<Void> close() {
            return Mono.empty();
        }

        @Override
        public String toString() {
            return "anybody";
        }
    }
}
