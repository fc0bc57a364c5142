package dev.fluxlog.chronicle;

/** Waiting for the backend's own threads, which are stopped by message and never by interruption. */
final class Threads {
    private Threads() {}

    static Thread start(String name, Runnable work) {
        Thread thread = new Thread(work, name);
        thread.setDaemon(true);
        thread.start();
        return thread;
    }

    /** Waits for its end; an interruption of the caller does not shorten the wait and is kept for the caller. */
    static void join(Thread thread) {
        boolean interrupted = false;
        while (thread.isAlive()) {
            try {
                thread.join();
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        keep(interrupted);
    }

    /** Waits on a monitor that the caller holds, at most so long; 0 is for ever. The caller asks again in a loop. */
    @SuppressWarnings("WaitNotInLoop")
    static void await(Object monitor, long millis) {
        boolean interrupted = Thread.interrupted();
        try {
            monitor.wait(millis);
        } catch (InterruptedException e) {
            interrupted = true;
        }
        keep(interrupted);
    }

    private static void keep(boolean interrupted) {
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
