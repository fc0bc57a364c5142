package dev.fluxlog.chronicle;

/**
 * Told before each step of a durable operation that takes several, so that a test can end the process right there.
 *
 * <p>A step is named {@code operation.step}, for example {@code checkpoint.manifest}; the names are listed in
 * {@link Step}.
 */
@FunctionalInterface
interface CrashPoints {
    CrashPoints NONE = step -> {};

    void before(Step step);

    /** Every place at which a stop must do no harm, in the order in which a log meets them. */
    enum Step {
        TAKE_OVER_LOCK,
        TAKE_OVER_MOVE,
        TAKE_OVER_COPY,
        TAKE_OVER_DONE,
        OPEN_OWNER,
        OPEN_EPOCH,
        RECOVER_QUARANTINE,
        RECOVER_LOST,
        RECOVER_JOURNALS,
        COMMIT_WRITE,
        COMMIT_FORCE,
        COMMIT_RETURN,
        ROLL_HEADER,
        ROLL_RENAME,
        ROLL_DIRECTORY,
        APPLY_WRITE,
        CHECKPOINT_FORCE,
        CHECKPOINT_MANIFEST,
        CHECKPOINT_FREE,
        REPLACE_WRITE,
        REPLACE_FORCE,
        REPLACE_RENAME,
        REPLACE_DIRECTORY,
        TRIM_DELETE,
        DELETE_RENAME,
        DELETE_FILES,
        INIT_DIRECTORIES,
        INIT_MANIFEST,
        BACKUP_GROUPS,
        BACKUP_JOURNALS,
        BACKUP_MANIFEST,
        BACKUP_INDEX,
        BACKUP_FORGET,
        RESTORE_JOURNALS,
        RESTORE_FORCE,
        RESTORE_MANIFEST,
        REPAIR_WRITE,
        REPAIR_FORCE,
        REPAIR_READY,
        REPAIR_ASIDE,
        REPAIR_PLACE,
        REPAIR_CLEAN
    }
}
