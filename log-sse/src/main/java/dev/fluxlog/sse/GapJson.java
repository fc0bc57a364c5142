package dev.fluxlog.sse;

import dev.fluxlog.StreamSignal;
import io.netty.buffer.ByteBuf;

/** Lost events as clients are told of them; where many streams are followed, with the name of theirs. */
final class GapJson {
    private GapJson() {}

    static void write(ByteBuf out, StreamSignal.Gap gap, Numbering numbering) {
        JsonText json = new JsonText(out).object();
        if (numbering == Numbering.POSITION) {
            json.name("stream").string(gap.stream());
        }
        json.name("from").number(gap.from());
        json.name("through").number(gap.through());
        json.name("next").number(gap.through() + 1);
        json.end();
    }
}
