package dev.fluxlog.sse;

import java.util.function.UnaryOperator;

/**
 * Is told of each request when its head has come and when its answer has ended, for traces and whatever else wants to know
 * of single requests; what is only counted comes from {@link GatewayMetrics}.
 *
 * <p>Called on the event loop of the connection, so it may not wait. What it throws is logged and changes no answer.
 */
@FunctionalInterface
public interface RequestObserver {
    /** Wants to know nothing. */
    static RequestObserver nobody() {
        return Nobody.INSTANCE;
    }

    /** A request has come. */
    Observed begin(Request request);

    /** One request, until it has ended. */
    @FunctionalInterface
    interface Observed {
        /**
         * Called once, also when the client has gone away first.
         *
         * @param status of HTTP, as far as it is known by then
         * @param problem code of the problem that the answer told of, or empty
         */
        void end(int status, String problem);
    }

    /**
     * What came.
     *
     * @param method as it is known, or {@code other}: there are few of them
     * @param route path without the names in it: there are few of them too
     * @param path as it came, percent-encoded, without the query, which may hold a ticket
     * @param headers value of a request header, the first if there are several, or empty; names in any case. To be asked only within
     *     {@link RequestObserver#begin}
     */
    record Request(String method, String route, String path, UnaryOperator<String> headers) {}
}
