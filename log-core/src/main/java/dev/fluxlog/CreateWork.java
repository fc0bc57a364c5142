package dev.fluxlog;

import dev.fluxlog.AppendOptions.After;
import java.util.function.Function;

/** Brings a stream into being with all it begins with, unless it exists. */
final class CreateWork implements Function<GroupPlan, Creation> {
    private final Beginning beginning;
    private final EncodedAppend events;

    CreateWork(Beginning beginning, EncodedAppend events) {
        this.beginning = beginning;
        this.events = events;
    }

    @Override
    public Creation apply(GroupPlan plan) {
        String name = events.stream;
        boolean exists = plan.marks(name).exists();
        if (exists) {
            return new Creation(plan.marks(name).info(name), false);
        }
        StreamEntry entry =
                beginning.fork().isNone() ? plan.existingOrCreated(name) : plan.fork(name, beginning.fork());
        if (!beginning.settings().equals(StreamSettings.defaults())) {
            plan.configure(entry, beginning.settings());
        }
        if (events.count() > 0) {
            plan.append(entry, events);
        }
        if (beginning.after() == After.SEAL) {
            plan.seal(entry, Producer.none());
        }
        return new Creation(entry.pending().info(name), true);
    }
}
