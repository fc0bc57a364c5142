package dev.fluxlog.chronicle;

import dev.fluxlog.backend.StorageException;

/**
 * What must be true of the JVM before the first class of Chronicle loads.
 *
 * <p>Without the first option Chronicle fails with an assertion, without the second its queues silently become read-only;
 * so both are asked for here, in words that say what to do.
 */
final class StartCheck {
    static final String JVM_OPTIONS = "--add-opens=java.base/java.lang.reflect=ALL-UNNAMED"
            + " --add-opens=java.base/sun.nio.ch=ALL-UNNAMED"
            + " --add-exports=java.base/jdk.internal.ref=ALL-UNNAMED"
            + " --add-exports=java.base/jdk.internal.util=ALL-UNNAMED";

    private StartCheck() {}

    static void run() {
        Module ours = StartCheck.class.getModule();
        Module base = Object.class.getModule();
        require(base.isOpen("java.lang.reflect", ours) && base.isExported("sun.nio.ch", ours));
        setUnlessSet("chronicle.disk.monitor.disable", "true");
        setUnlessSet("chronicle.announcer.disable", "true");
        setUnlessSet("chronicle.analytics.disable", "true");
        // A disk without space looks to it like a lock that somebody else has, for which it would wait 10 s with each
        // journal.
        setUnlessSet("chronicle.table.store.timeoutMS", "500");
    }

    static void require(boolean opened) {
        if (!opened) {
            throw new StorageException(
                    StorageException.Kind.SETUP,
                    "the durable log needs these options of the JVM: " + JVM_OPTIONS
                            + " (a jar started with java -jar can name them in its manifest: Add-Opens:"
                            + " java.base/java.lang.reflect java.base/sun.nio.ch, Add-Exports:"
                            + " java.base/jdk.internal.ref java.base/jdk.internal.util)");
        }
    }

    private static void setUnlessSet(String property, String value) {
        if (System.getProperty(property) == null) {
            System.setProperty(property, value);
        }
    }
}
