package dev.fluxlog.chronicle;

import dev.fluxlog.backend.StorageException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * The manifest on disk, twice.
 *
 * <p>Nothing else knows the names of the streams once the groups that created them are gone, so one damaged byte must not
 * take it away. The second file is replaced after the first; a stop between the two leaves it one checkpoint behind, and
 * commit segments are deleted only when both stand, so either of them is a state to recover from. The first counts
 * wherever it is whole.
 */
final class ManifestFile {
    private ManifestFile() {}

    static void replace(Medium medium, Manifest manifest) {
        byte[] bytes = manifest.encode();
        for (Path file : List.of(medium.manifestFile(), medium.manifestCopy())) {
            try {
                SmallFile.replace(medium, file, bytes);
            } catch (IOException e) {
                throw medium.failed("replacing", file, e);
            }
        }
    }

    /**
     * What is stored, and what is wrong with it.
     *
     * @param damage that the other file made up for; null when the first one is whole
     */
    record Stored(Manifest manifest, @Nullable StorageException damage) {}

    /**
     * The manifest, or a new one where there is no log yet.
     *
     * @throws StorageException {@code CORRUPT} when neither file is whole, {@code UNSUPPORTED_VERSION} or {@code IO}
     */
    static Stored read(Medium medium) {
        StorageException damage;
        try {
            Manifest first = decode(medium, medium.manifestFile());
            if (first != null) {
                return new Stored(first, null);
            }
            damage = medium.corrupt("there are journals but no manifest", medium.manifestFile(), 0);
        } catch (StorageException e) {
            if (e.kind() != StorageException.Kind.CORRUPT) {
                throw e;
            }
            damage = e;
        }
        Manifest second = copy(medium, damage);
        if (second != null) {
            return new Stored(second, damage);
        }
        if (!medium.disk().exists(medium.manifestFile()) && isNew(medium)) {
            return new Stored(Manifest.create(UUID.randomUUID()), null);
        }
        throw damage;
    }

    private static @Nullable Manifest copy(Medium medium, StorageException damage) {
        try {
            return decode(medium, medium.manifestCopy());
        } catch (StorageException e) {
            damage.addSuppressed(e);
            throw damage;
        }
    }

    private static @Nullable Manifest decode(Medium medium, Path file) {
        if (!medium.disk().exists(file)) {
            return null;
        }
        try {
            return Manifest.decode(SmallFile.read(medium, file, Manifest.BYTES_MAX));
        } catch (IOException e) {
            throw medium.failed("reading", file, e);
        } catch (StorageException e) {
            throw e.in(medium.name(file), 0);
        }
    }

    private static boolean isNew(Medium medium) {
        try {
            return medium.disk().list(medium.commitDirectory()).isEmpty()
                    && medium.disk().list(medium.streamsDirectory()).isEmpty();
        } catch (IOException e) {
            throw medium.failed("listing", medium.root(), e);
        }
    }

    /** What is wrong with the second file although the first one is whole, or null. */
    static @Nullable StorageException damagedCopy(Medium medium) {
        try {
            return decode(medium, medium.manifestCopy()) != null
                    ? null
                    : medium.corrupt("the second manifest is gone", medium.manifestCopy(), 0);
        } catch (StorageException e) {
            return e;
        }
    }
}
