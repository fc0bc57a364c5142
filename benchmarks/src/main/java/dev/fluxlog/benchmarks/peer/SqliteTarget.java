package dev.fluxlog.benchmarks.peer;

import dev.fluxlog.benchmarks.AppendTarget;
import dev.fluxlog.benchmarks.Workload;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;

/**
 * SQLite in this process, write-ahead log, {@code synchronous} FULL (forces each transaction) or NORMAL (survives the
 * process). One table, one row per event, one transaction per append; callers take turns at the one connection, since
 * there is one writer anyhow.
 */
final class SqliteTarget implements AppendTarget {
    private final Connection connection;
    private final PreparedStatement insert;
    private final byte[] payload;
    private final int batch;

    SqliteTarget(Workload workload) throws SQLException {
        connection = DriverManager.getConnection(
                "jdbc:sqlite:" + workload.directory().resolve("events.db"));
        try (Statement statement = connection.createStatement()) {
            statement.execute("pragma journal_mode = wal");
            statement.execute("pragma synchronous = " + (workload.durable() ? "full" : "normal"));
            statement.execute("create table events (id integer primary key, stream int not null, data blob not null)");
            statement.execute("create index by_stream on events (stream, id)");
        }
        connection.setAutoCommit(false);
        insert = connection.prepareStatement("insert into events (stream, data) values (?, ?)");
        payload = workload.payload();
        batch = workload.batch();
    }

    @Override
    public boolean isBlocking() {
        return true;
    }

    @Override
    public void append(int caller, int stream, Done done) throws SQLException {
        synchronized (connection) {
            for (int i = 0; i < batch; i++) {
                insert.setInt(1, stream);
                insert.setBytes(2, payload);
                insert.executeUpdate();
            }
            connection.commit();
        }
        done.acknowledged();
    }

    @Override
    public void close() throws SQLException {
        connection.close();
    }
}
