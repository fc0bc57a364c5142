package dev.fluxlog.sse;

import dev.fluxlog.Event;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;

/** The event types a client asks for; all when it names none. */
record Types(Set<String> names) implements Predicate<Event> {

    static Types of(Query query) {
        List<String> given = query.all("type");
        return new Types(Set.copyOf(given));
    }

    boolean all() {
        return names.isEmpty();
    }

    @Override
    public boolean test(Event event) {
        return names.isEmpty() || names.contains(event.type());
    }
}
