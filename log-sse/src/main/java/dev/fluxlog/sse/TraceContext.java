package dev.fluxlog.sse;

import dev.fluxlog.NewEvent;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Where in a distributed trace an append was made (W3C Trace Context, Recommendation of 23 November 2021), kept as headers
 * of its events, so that whoever handles an event later can go on with the trace.
 *
 * <p>What does not follow the recommendation is dropped without a word, as it asks for: section 3.2.2 for {@code
 * traceparent}, with which {@code tracestate} goes too, and 3.3.1 for {@code tracestate} alone. An event that has one of
 * these headers of its own keeps it, and gets neither.
 */
record TraceContext(Map<String, String> headers) {
    static final String PARENT = "traceparent";
    static final String STATE = "tracestate";

    private static final TraceContext NONE = new TraceContext(Map.of());
    private static final int MEMBERS_MAX = 32;

    /** Twice what everybody should pass on at least (section 3.3.1.5): it is kept with each event of a batch. */
    private static final int STATE_CHARACTERS_MAX = 1_024;

    /** Later versions may have more behind the parts that are known, after a hyphen. */
    private static final Pattern PARENT_FORM =
            Pattern.compile("(?!ff)([0-9a-f]{2})-(?!0{32})([0-9a-f]{32})-(?!0{16})([0-9a-f]{16})-([0-9a-f]{2})(-.*)?");

    private static final Pattern MEMBER = Pattern.compile("(?:[a-z][a-z0-9_*/-]{0,255}"
            + "|[a-z0-9][a-z0-9_*/-]{0,240}@[a-z][a-z0-9_*/-]{0,13})"
            + "=[\\x20-\\x2B\\x2D-\\x3C\\x3E-\\x7E]{0,255}[\\x21-\\x2B\\x2D-\\x3C\\x3E-\\x7E]");

    static TraceContext of(Exchange exchange) {
        List<String> parents = exchange.request().requestHeaders().getAll(PARENT);
        return parents.size() == 1 ? of(parents.get(0).trim(), exchange.list(STATE)) : NONE;
    }

    /** @param state all its headers, joined by commas */
    static TraceContext of(String parent, String state) {
        Matcher form = PARENT_FORM.matcher(parent);
        if (!form.matches() || (form.group(1).equals("00") && form.group(5) != null)) {
            return NONE;
        }
        // What is known of a later version is what version 00 says.
        String known = String.join("-", "00", form.group(2), form.group(3), form.group(4));
        String members = members(state);
        return new TraceContext(members.isEmpty() ? Map.of(PARENT, known) : Map.of(PARENT, known, STATE, members));
    }

    NewEvent in(NewEvent event) {
        if (headers.isEmpty()
                || event.headers().containsKey(PARENT)
                || event.headers().containsKey(STATE)) {
            return event;
        }
        Map<String, String> all = new TreeMap<>(headers);
        all.putAll(event.headers());
        return new NewEvent(event.type(), event.key(), all, event.data());
    }

    List<NewEvent> in(List<NewEvent> events) {
        return headers.isEmpty() ? events : events.stream().map(this::in).toList();
    }

    /** The list without the blanks that it may have, or nothing when it is not one. */
    private static String members(String state) {
        List<String> members = new ArrayList<>();
        Set<String> keys = new HashSet<>();
        for (String given : state.split(",", -1)) {
            String member = given.strip();
            if (member.isEmpty()) {
                continue;
            }
            boolean fits = MEMBER.matcher(member).matches();
            if (!fits || !keys.add(member.substring(0, member.indexOf('='))) || keys.size() > MEMBERS_MAX) {
                return "";
            }
            members.add(member);
        }
        String all = String.join(",", members);
        return all.length() > STATE_CHARACTERS_MAX ? "" : all;
    }
}
