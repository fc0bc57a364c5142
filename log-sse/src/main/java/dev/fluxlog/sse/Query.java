package dev.fluxlog.sse;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/** The query of a URL. Parameters that nobody knows are passed over; one that is known is given once. */
final class Query {
    private static final int PARAMETERS_MAX = 200;
    private static final Pattern DIGITS = Pattern.compile("[0-9]{1,18}");

    private final Map<String, List<String>> values = new LinkedHashMap<>();

    Query(String encoded) {
        int count = 0;
        for (String pair : encoded.split("&", -1)) {
            if (pair.isEmpty()) {
                continue;
            }
            if (++count > PARAMETERS_MAX) {
                throw Problems.limit("query", Integer.toString(count), "at most " + PARAMETERS_MAX + " parameters");
            }
            int equals = pair.indexOf('=');
            String name = decode(equals < 0 ? pair : pair.substring(0, equals));
            String value = equals < 0 ? "" : decode(pair.substring(equals + 1));
            values.computeIfAbsent(name, key -> new ArrayList<>(1)).add(value);
        }
    }

    boolean has(String name) {
        return values.containsKey(name);
    }

    /** Empty when it is not there. */
    String text(String name) {
        List<String> given = all(name);
        if (given.size() > 1) {
            throw Problems.invalid(name, given.get(1), "given once");
        }
        return given.isEmpty() ? "" : given.get(0);
    }

    List<String> all(String name) {
        return values.getOrDefault(name, List.of());
    }

    boolean flag(String name) {
        if (!has(name)) {
            return false;
        }
        String value = text(name);
        return switch (value) {
            case "true" -> true;
            case "false" -> false;
            default -> throw Problems.invalid(name, value, "true or false");
        };
    }

    /** A whole number from 0. */
    long count(String name) {
        return count(name, text(name));
    }

    /** How many things a page may hold. */
    int limit(int otherwise, int most) {
        if (!has("limit")) {
            return Math.min(otherwise, most);
        }
        String given = text("limit");
        boolean number = DIGITS.matcher(given).matches() || given.matches("-[0-9]{1,18}");
        if (!number) {
            throw Problems.invalid("limit", given, "a whole number");
        }
        long value = Long.parseLong(given);
        if (value < 1 || value > most) {
            throw Problems.limit("limit", given, "from 1 to " + most);
        }
        return (int) value;
    }

    static long count(String field, String digits) {
        if (!DIGITS.matcher(digits).matches()) {
            throw Problems.invalid(field, digits, "a whole number from 0 with at most 18 digits");
        }
        return Long.parseLong(digits);
    }

    private static String decode(String encoded) {
        String text = Names.decode(encoded.replace('+', ' '));
        if (text == null) {
            throw Problems.invalid("query", encoded, "percent-encoded UTF-8");
        }
        return text;
    }
}
