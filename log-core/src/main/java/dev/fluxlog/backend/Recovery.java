package dev.fluxlog.backend;

import java.util.Collection;
import java.util.List;

/**
 * What a medium holds when it is opened.
 *
 * @param position highest position ever committed; the next event gets the one above
 * @param streams state of every stream ever created, deleted ones included (their marks are needed for ever)
 * @param repairs what had to be repaired, one plain sentence each; empty after a clean stop
 */
public record Recovery(long position, Collection<StreamState> streams, List<String> repairs) {
    public Recovery {
        repairs = List.copyOf(repairs);
    }
}
