package dev.fluxlog.cli;

import dev.fluxlog.ExpectedSequence;
import dev.fluxlog.From;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** How places and expectations are written on the command line. */
final class Places {
    private Places() {}

    /** {@code start}, {@code tail}, or the first sequence wanted. */
    static final class FromConverter implements ITypeConverter<From> {
        @Override
        public From convert(String value) {
            return switch (value) {
                case "start" -> From.start();
                case "tail" -> From.tail();
                default -> From.after(sequence(value, 1) - 1);
            };
        }
    }

    /** {@code any}, {@code none}, or the sequence that the newest event has. */
    static final class ExpectedConverter implements ITypeConverter<ExpectedSequence> {
        @Override
        public ExpectedSequence convert(String value) {
            return switch (value) {
                case "any" -> ExpectedSequence.any();
                case "none" -> ExpectedSequence.noStream();
                default -> ExpectedSequence.exactly(sequence(value, 0));
            };
        }
    }

    static long sequence(String value, long min) {
        try {
            long sequence = Long.parseLong(value);
            if (sequence >= min) {
                return sequence;
            }
        } catch (NumberFormatException notANumber) {
            // Told below, like a number out of range.
        }
        throw new TypeConversionException("'" + Printable.of(value) + "' is not a sequence, which counts from " + min);
    }
}
