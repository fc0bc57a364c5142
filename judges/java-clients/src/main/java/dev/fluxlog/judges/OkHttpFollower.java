package dev.fluxlog.judges;

import com.launchdarkly.eventsource.ConnectStrategy;
import com.launchdarkly.eventsource.ErrorStrategy;
import com.launchdarkly.eventsource.EventSource;
import com.launchdarkly.eventsource.MessageEvent;
import java.net.URI;
import java.util.concurrent.TimeUnit;

/**
 * Follows with okhttp-eventsource, which resumes by itself as long as its error strategy says so. It takes an answer
 * without content for a stream that ended early and asks again, so it is the frame {@code sealed} that ends it here.
 */
public final class OkHttpFollower {
    private OkHttpFollower() {}

    public static void main(String[] words) {
        try (EventSource source = new EventSource.Builder(ConnectStrategy.http(URI.create(words[0])))
                .errorStrategy(ErrorStrategy.alwaysContinue())
                .retryDelay(100, TimeUnit.MILLISECONDS)
                .build()) {
            for (MessageEvent message : source.messages()) {
                if (message.getEventName().equals("sealed")) {
                    Told.ended();
                    return;
                }
                if (message.getEventName().equals("message")) {
                    Told.message(message.getLastEventId(), message.getData());
                }
            }
        }
    }
}
