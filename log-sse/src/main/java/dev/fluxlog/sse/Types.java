package dev.fluxlog.sse;

import dev.fluxlog.Event;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;

/** The event types a client asks for; all when it names none. */
record Types(Set<String> names) implements Predicate<Event> {
    static final Types ALL = new Types(Set.of());

    static Types of(Query query) {
        List<String> given = query.all("type");
        return given.isEmpty() ? ALL : new Types(Set.copyOf(given));
    }

    boolean all() {
        return names.isEmpty();
    }

    boolean admits(String type) {
        return names.isEmpty() || names.contains(type);
    }

    @Override
    public boolean test(Event event) {
        return admits(event.type());
    }
}
