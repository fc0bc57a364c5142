package dev.fluxlog.chronicle;

import dev.fluxlog.backend.StorageException;
import dev.fluxlog.chronicle.CrashPoints.Step;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;

/**
 * Takes a log away from an owner that lives, and makes sure that this owner commits nothing any more.
 *
 * <p>Problem: the kernel gives a lock away only when the process dies, and one that was suspended wakes up in the middle
 * of whatever it was doing, long after anything that it could have asked. Idea: it knows the files by their names. So all
 * of them move, in steps of which each is one atomic rename, into a directory with a number that nobody has used before:
 * first the commit journal. Every step of the former owner that names a file fails from then on, and a commit names
 * one: after the write it asks whether the segment is still where it was, and only then is it acknowledged. What was
 * acknowledged was therefore written before the move, and is read after it.
 *
 * <p>What it still has open it can write to. That is the newest segment, which is replaced by a copy, so that late bytes
 * go to a file that nobody reads; files of zeros that were prepared, which are deleted; and the stream journals, which
 * recovery seals where they lack what is committed, and to which it would write nothing else.
 *
 * <p>The directory is called {@code takeover-N.moving} until all of it is done, and then {@code takeover-N}; the highest
 * number is where the log is. A stop on the way is finished by the next open. One that is suspended on the way, and taken
 * over itself, finds its directory renamed.
 */
final class Takeover {
    private static final String PREFIX = "takeover-";
    private static final String MOVING = ".moving";

    /** Once it is there, everything is; what a former owner makes anew is not taken for a part of the log. */
    private static final String LAST_MOVED = "streams";

    /** In this order: the first one is what commits name. */
    static final List<String> MOVED =
            List.of("commit", "commit.head", "manifest", "manifest.copy", "quarantine", "trash", "repair", LAST_MOVED);

    /** What a former owner may have open to write to. */
    private static final List<String> PREPARED =
            List.of("next", "next.tmp", "large", "large.tmp", "lost.tmp", "taken.tmp");

    private static final int PIECE_BYTES = 1 << 20;

    private final Medium medium;

    private Takeover(Medium medium) {
        this.medium = medium;
    }

    /**
     * Where the log of this directory is now, complete or not.
     *
     * @param number how often it was taken over
     * @param moving whether that is still under way, or was interrupted
     */
    record Stand(long number, boolean moving) {
        static final Stand NONE = new Stand(0, false);

        private Path in(Path directory) {
            return number == 0 ? directory : directory.resolve(PREFIX + number + (moving ? MOVING : ""));
        }
    }

    static Stand stand(Medium medium) {
        try {
            Stand newest = Stand.NONE;
            for (Path path : medium.disk().list(medium.directory())) {
                String name = String.valueOf(path.getFileName());
                if (isMade(name)) {
                    boolean moving = name.endsWith(MOVING);
                    long number = Long.parseLong(
                            name.substring(PREFIX.length(), name.length() - (moving ? MOVING.length() : 0)));
                    if (number > newest.number() || (number == newest.number() && !moving)) {
                        newest = new Stand(number, moving);
                    }
                }
            }
            return newest;
        } catch (IOException e) {
            throw medium.failed("listing", medium.directory(), e);
        }
    }

    /** Whether a directory of that name is one that this class makes, or made. */
    static boolean isMade(String name) {
        return name.matches("takeover-[1-9]\\d{0,17}(\\.moving)?");
    }

    /** The same log where its files are now. */
    static Medium current(Medium medium) {
        return medium.at(stand(medium).in(medium.directory()));
    }

    /** Finishes what was interrupted, if anything was; for the owner of the directory. */
    static Medium finish(Medium medium) {
        Stand stand = stand(medium);
        return stand.moving() ? new Takeover(medium).complete(stand) : current(medium);
    }

    /**
     * Takes the files away from whoever works on them.
     *
     * @throws StorageException {@code FENCED} when somebody else does the same and was later; {@code IO}
     */
    static Medium run(Medium medium) {
        return new Takeover(medium).run();
    }

    private Medium run() {
        Stand before = stand(medium);
        Stand now = new Stand(before.number() + 1, true);
        medium.crashPoints().before(Step.TAKE_OVER_MOVE);
        try {
            if (before.number() == 0) {
                Files.createDirectory(now.in(medium.directory()));
            } else {
                medium.disk().rename(before.in(medium.directory()), now.in(medium.directory()));
            }
            medium.disk().forceDirectory(medium.directory());
        } catch (FileAlreadyExistsException e) {
            return run();
        } catch (IOException e) {
            throw interrupted("taking over", now, e);
        }
        return complete(now);
    }

    private Medium complete(Stand stand) {
        Path target = stand.in(medium.directory());
        try {
            boolean moved = medium.disk().exists(target.resolve(LAST_MOVED));
            for (String name : moved ? List.<String>of() : MOVED) {
                Path from = medium.directory().resolve(name);
                if (medium.disk().exists(from) && !medium.disk().exists(target.resolve(name))) {
                    medium.crashPoints().before(Step.TAKE_OVER_MOVE);
                    medium.disk().rename(from, target.resolve(name));
                }
            }
            medium.disk().forceDirectory(target);
            medium.disk().forceDirectory(medium.directory());
            renew(medium.at(target));
            Stand done = new Stand(stand.number(), false);
            medium.crashPoints().before(Step.TAKE_OVER_DONE);
            medium.disk().rename(target, done.in(medium.directory()));
            medium.disk().forceDirectory(medium.directory());
            return medium.at(done.in(medium.directory()));
        } catch (IOException e) {
            throw interrupted("taking over", stand, e);
        }
    }

    private StorageException interrupted(String what, Stand mine, IOException e) {
        return stand(medium).number() > mine.number()
                ? new StorageException(StorageException.Kind.FENCED, "another process took the log over meanwhile", e)
                : medium.failed(what, mine.in(medium.directory()), e);
    }

    /** Nothing that the former owner has open stays a part of the commit journal. */
    private static void renew(Medium moved) throws IOException {
        Path directory = moved.commitDirectory();
        if (!moved.disk().exists(directory)) {
            return;
        }
        for (String name : PREPARED) {
            moved.disk().delete(directory.resolve(name));
        }
        Path newest = null;
        for (Path file : moved.disk().list(directory)) {
            newest = CommitSegment.numberOf(file) >= 0 ? file : newest;
        }
        if (newest != null) {
            copy(moved, newest);
        }
        if (moved.disk().exists(AcknowledgedMark.file(moved))) {
            copy(moved, AcknowledgedMark.file(moved));
        }
        moved.disk().forceDirectory(directory);
    }

    private static void copy(Medium moved, Path file) throws IOException {
        moved.crashPoints().before(Step.TAKE_OVER_COPY);
        Path temporary = moved.commitDirectory().resolve("taken.tmp");
        moved.disk().delete(temporary);
        try (Disk.Handle from = moved.disk().openToRead(file);
                Disk.Handle to = moved.disk().create(temporary)) {
            long bytes = from.size();
            ByteBuffer piece = ByteBuffer.allocateDirect(PIECE_BYTES);
            for (long at = 0; at < bytes; at += piece.limit()) {
                piece.clear().limit((int) Math.min(PIECE_BYTES, bytes - at));
                if (from.read(piece, at) < piece.limit()) {
                    throw new IOException(String.format(Locale.ROOT, "%s became shorter", moved.name(file)));
                }
                to.write(piece.flip(), at);
            }
            to.force(true);
        }
        moved.disk().rename(temporary, file);
    }
}
