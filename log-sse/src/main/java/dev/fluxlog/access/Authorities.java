package dev.fluxlog.access;

import java.util.List;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Several authorities, asked one after the other. The last one says why nobody knows a token. */
final class Authorities implements Authority {
    private final List<Authority> all;

    Authorities(List<Authority> all) {
        this.all = List.copyOf(all);
    }

    @Override
    public Mono<Caller> authenticate(String token) {
        Mono<Caller> answer = all.get(0).authenticate(token);
        for (Authority next : all.subList(1, all.size())) {
            answer = answer.onErrorResume(Unauthenticated.class, unknown -> next.authenticate(token));
        }
        return answer;
    }

    @Override
    public Flux<Long> changes() {
        return Flux.merge(all.stream().map(Authority::changes).toList());
    }

    @Override
    public Mono<Void> close() {
        return Mono.when(all.stream().map(Authority::close).toList());
    }
}
