package dev.fluxlog.spec;

import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** The cells of one line of a Markdown table. A bar inside a cell is written {@code \|}. */
record TableRow(List<String> cells) {

    /** Shown to whoever wrote another one. */
    static final String SHAPE = "| ID-1 [M] [+] | open or met | criterion | how it is proved |";

    private static final List<String> HEADER = List.of("id", "status", "criterion", "how it is proved");
    private static final Pattern BAR = Pattern.compile("(?<!\\\\)\\|");
    private static final Pattern RULE = Pattern.compile(":?-{3,}:?");
    private static final Pattern ID = Pattern.compile("(" + Criterion.ID_PATTERN + ")( \\[M])?( \\[\\+])?");

    /** Empty for a line that does not begin and end with a bar. */
    static Optional<TableRow> of(String line) {
        String row = line.strip();
        if (row.length() < 2 || !row.startsWith("|") || !row.endsWith("|")) {
            return Optional.empty();
        }
        String[] cells = BAR.split(row.substring(1, row.length() - 1), -1);
        return Optional.of(new TableRow(Stream.of(cells).map(String::strip).toList()));
    }

    boolean isHeader() {
        return cells.equals(HEADER);
    }

    boolean isRule() {
        return cells.size() == HEADER.size()
                && cells.stream().allMatch(cell -> RULE.matcher(cell).matches());
    }

    /** Empty unless the row has an id with its marks in order, a status, and text in both other cells. */
    Optional<Criterion> criterion(Location where) {
        if (cells.size() != HEADER.size() || cells.stream().anyMatch(String::isEmpty)) {
            return Optional.empty();
        }
        Matcher id = ID.matcher(cells.get(0));
        if (!id.matches()) {
            return Optional.empty();
        }
        return Status.of(cells.get(1))
                .map(status -> new Criterion(id.group(1), status, cells.get(2), cells.get(3), where));
    }
}
