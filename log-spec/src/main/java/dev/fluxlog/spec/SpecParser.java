package dev.fluxlog.spec;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Reads one file of the specification: sections {@code ## Purpose}, {@code ## Not in scope} and {@code ## Criteria}, and
 * {@code ## Retired} where ids were given up.
 *
 * <p>Strict, so that no criterion is lost by a slip of the pen: in the table nothing but rows is allowed, and a table
 * line anywhere else is refused. One parser reads one file.
 */
final class SpecParser {

    private static final Pattern RETIRED = Pattern.compile("- (" + Criterion.ID_PATTERN + "): (\\S.*)");

    private final Path file;
    private final List<Criterion> criteria = new ArrayList<>();
    private final List<RetiredId> retired = new ArrayList<>();
    private final List<Problem> problems = new ArrayList<>();
    private final Set<Section> filled = EnumSet.noneOf(Section.class);
    private Section section = Section.OTHER;
    private Next next = Next.HEADER;

    /** What the next line of the table has to be. */
    private enum Next {
        HEADER,
        RULE,
        ROW
    }

    private SpecParser(Path file) {
        this.file = file;
    }

    static SpecFile read(Path file) {
        return new SpecParser(file).parse();
    }

    private SpecFile parse() {
        int number = 0;
        for (String line : TextFile.lines(file, problems)) {
            number++;
            if (!line.isBlank()) {
                accept(line, new Location(file, number));
            }
        }
        for (Section wanted : Section.REQUIRED) {
            if (!filled.contains(wanted)) {
                problems.add(new Problem(
                        new Location(file, 1), "the section '" + wanted.heading() + "' is missing or empty"));
            }
        }
        return new SpecFile(String.valueOf(file.getFileName()), criteria, retired, problems);
    }

    private void accept(String line, Location where) {
        if (line.startsWith("#")) {
            section = Section.of(line.strip());
        } else if (section == Section.CRITERIA) {
            acceptRow(line, where);
        } else if (line.strip().startsWith("|")) {
            problems.add(new Problem(where, "a table belongs into the section '" + Section.CRITERIA.heading() + "'"));
        } else if (section == Section.RETIRED) {
            acceptRetired(line, where);
        } else {
            filled.add(section);
        }
    }

    private void acceptRow(String line, Location where) {
        Optional<TableRow> row = TableRow.of(line);
        switch (next) {
            case HEADER -> expect(row.filter(TableRow::isHeader).isPresent(), "the header of the table", where);
            case RULE -> expect(row.filter(TableRow::isRule).isPresent(), "the rule below the header", where);
            case ROW -> row.flatMap(cells -> cells.criterion(where)).ifPresentOrElse(this::add, () -> malformed(where));
        }
        next = next == Next.HEADER ? Next.RULE : Next.ROW;
    }

    private void expect(boolean found, String what, Location where) {
        if (!found) {
            problems.add(new Problem(where, "here " + what + " is expected: " + TableRow.SHAPE));
        }
    }

    private void add(Criterion criterion) {
        criteria.add(criterion);
        filled.add(Section.CRITERIA);
    }

    private void malformed(Location where) {
        problems.add(new Problem(where, "malformed row, expected: " + TableRow.SHAPE));
    }

    private void acceptRetired(String line, Location where) {
        Matcher entry = RETIRED.matcher(line.strip());
        if (entry.matches()) {
            retired.add(new RetiredId(entry.group(1), entry.group(2), where));
        } else {
            problems.add(new Problem(where, "malformed entry, expected: - ID-1: reason"));
        }
    }
}
