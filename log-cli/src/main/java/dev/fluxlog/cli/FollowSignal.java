package dev.fluxlog.cli;

/** What a follower of a stream is told. */
sealed interface FollowSignal
        permits EventLine, FollowSignal.CaughtUp, FollowSignal.Gap, FollowSignal.Ahead, FollowSignal.Sealed {

    /** The tail is reached; what follows is live. The number is of the kind that is followed. */
    record CaughtUp(long number) implements FollowSignal {}

    /** These events of the stream are gone. */
    record Gap(String stream, long from, long through) implements FollowSignal {}

    /** The place asked for lies above the log, which goes on at its tail. */
    record Ahead(long requested, long highWaterMark) implements FollowSignal {}

    /** Nothing follows any more. */
    record Sealed() implements FollowSignal {}
}
