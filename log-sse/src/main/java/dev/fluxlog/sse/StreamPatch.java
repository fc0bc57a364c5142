package dev.fluxlog.sse;

import dev.fluxlog.EventStream;
import dev.fluxlog.ExpectedSequence;
import dev.fluxlog.LogException;
import dev.fluxlog.Retention;
import dev.fluxlog.StreamInfo;
import dev.fluxlog.StreamSettings;
import java.time.DateTimeException;
import java.time.Duration;
import reactor.core.publisher.Mono;

/**
 * What a merge patch (RFC 7396) asks of a stream: other settings, a higher low-water mark, the seal; in this order.
 *
 * @param trimThrough last sequence to drop, 0 for none
 */
record StreamPatch(StreamSettings settings, long trimThrough, boolean seal) {

    static StreamPatch read(byte[] body, StreamInfo info) {
        return Json.read("body", body, json -> {
            Fields fields = new Fields(info.settings());
            json.object(name -> {
                switch (name) {
                    case "lowWaterMark" -> fields.lowWaterMark = json.count();
                    case "sealed" -> fields.sealed(json.bool());
                    default -> fields.setting(json, name, "lowWaterMark, sealed, contentType, retention");
                }
            });
            return fields.patch(json, info);
        });
    }

    /** Settings as they stand alone in the body of a creation. */
    static StreamSettings settings(Json json, StreamSettings before) {
        Fields fields = new Fields(before);
        json.object(name -> fields.setting(json, name, "contentType, retention"));
        return fields.settings;
    }

    Mono<StreamInfo> apply(EventStream stream, StreamInfo before, ExpectedSequence expected) {
        Mono<StreamInfo> result = Mono.just(before);
        if (!settings.equals(before.settings())) {
            result = stream.configure(settings);
        }
        if (trimThrough > 0) {
            result = result.then(stream.trim(trimThrough)).then(Mono.defer(stream::info));
        }
        return seal ? result.then(stream.seal(expected)) : result;
    }

    private static final class Fields {
        private StreamSettings settings;
        private long lowWaterMark = 1;
        private boolean seal;
        private boolean unseal;

        Fields(StreamSettings before) {
            this.settings = before;
        }

        void setting(Json json, String name, String allowed) {
            switch (name) {
                case "contentType" ->
                    settings = settings.withContentType(json.isNull() ? "" : contentType(json, json.string()));
                case "retention" ->
                    settings = settings.withRetention(
                            json.isNull() ? Retention.keep() : retention(json, settings.retention()));
                case "limits" -> throw new LogException.Unsupported("Limits of single streams are not offered");
                default -> throw json.unknownField(name, allowed);
            }
        }

        StreamPatch patch(Json json, StreamInfo info) {
            if (info.sealed() && unseal) {
                throw new LogException.StreamSealed(info.name(), info.highWaterMark());
            }
            if (lowWaterMark < 1) {
                throw json.wrong(Long.toString(lowWaterMark), "with a lowWaterMark of at least 1");
            }
            if (lowWaterMark - 1 > info.highWaterMark()) {
                throw new LogException.Ahead(info.name(), lowWaterMark - 1, info.lowWaterMark(), info.highWaterMark());
            }
            return new StreamPatch(settings, lowWaterMark - 1, seal);
        }

        void sealed(boolean wanted) {
            seal = wanted;
            unseal = !wanted;
        }

        private static String contentType(Json json, String given) {
            if (!given.isEmpty() && Media.essence(given) == null) {
                throw json.wrong(given, "a media type");
            }
            return given;
        }

        private static Retention retention(Json json, Retention before) {
            Retention[] result = {before};
            json.object(name -> {
                Retention so = result[0];
                boolean reset = json.isNull();
                result[0] = switch (name) {
                    case "maxAge" -> so.withMaxAge(reset ? Retention.FOREVER : age(json));
                    case "maxEvents" -> so.withMaxEvents(reset ? Long.MAX_VALUE : positive(json));
                    case "maxBytes" -> so.withMaxBytes(reset ? Long.MAX_VALUE : positive(json));
                    default -> throw json.unknownField(name, "maxAge, maxEvents, maxBytes");
                };
            });
            return result[0];
        }

        private static Duration age(Json json) {
            String given = json.string();
            try {
                Duration age = Duration.parse(given);
                if (age.isNegative() || age.isZero()) {
                    throw json.wrong(given, "positive");
                }
                return age;
            } catch (DateTimeException notATime) {
                throw json.wrong(given, "a duration as in ISO 8601, P7D or PT12H");
            }
        }

        private static long positive(Json json) {
            long count = json.count();
            if (count < 1) {
                throw json.wrong(Long.toString(count), "at least 1");
            }
            return count;
        }
    }
}
