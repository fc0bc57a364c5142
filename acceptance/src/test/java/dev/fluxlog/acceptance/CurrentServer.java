package dev.fluxlog.acceptance;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/** Where the server is at the moment, for clients that outlive it. */
final class CurrentServer {
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private String url = "";
    private boolean over;

    void isAt(String newUrl) {
        set(newUrl, false);
    }

    void isDown() {
        set("", false);
    }

    /** Nobody has to wait any more. */
    void isOver() {
        set("", true);
    }

    private void set(String newUrl, boolean nowOver) {
        lock.lock();
        try {
            url = newUrl;
            over = nowOver;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** Waits until there is one; empty when there will be none. */
    String await() throws InterruptedException {
        lock.lock();
        try {
            while (url.isEmpty() && !over) {
                changed.await(1, TimeUnit.SECONDS);
            }
            return over ? "" : url;
        } finally {
            lock.unlock();
        }
    }
}
