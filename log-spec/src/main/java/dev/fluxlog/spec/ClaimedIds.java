package dev.fluxlog.spec;

import java.lang.reflect.AnnotatedElement;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.platform.commons.JUnitException;
import org.junit.platform.engine.support.descriptor.ClassSource;
import org.junit.platform.engine.support.descriptor.MethodSource;

/** Reads the ids that classes and methods carry in {@link Proves}. A source that cannot be loaded carries none. */
final class ClaimedIds {

    private ClaimedIds() {}

    static Set<String> of(ClassSource source) {
        try {
            return ofClass(source.getJavaClass());
        } catch (JUnitException | LinkageError notLoadable) {
            return Set.of();
        }
    }

    /** The ids of the method itself and of the class it runs in. */
    static Set<String> of(MethodSource source) {
        try {
            Set<String> ids = new LinkedHashSet<>(declaredOn(source.getJavaMethod()));
            ids.addAll(ofClass(source.getJavaClass()));
            return ids;
        } catch (JUnitException | LinkageError notLoadable) {
            return Set.of();
        }
    }

    /** Walks up itself: the reflection of inherited annotations knows no interfaces, and a subclass would hide ids. */
    static Set<String> ofClass(Class<?> type) {
        Set<String> ids = new LinkedHashSet<>(declaredOn(type));
        for (Class<?> implemented : type.getInterfaces()) {
            ids.addAll(ofClass(implemented));
        }
        Class<?> superclass = type.getSuperclass();
        if (superclass != null) {
            ids.addAll(ofClass(superclass));
        }
        return ids;
    }

    private static List<String> declaredOn(AnnotatedElement element) {
        @Nullable Proves proves = element.getDeclaredAnnotation(Proves.class);
        return proves == null ? List.of() : List.of(proves.value());
    }
}
