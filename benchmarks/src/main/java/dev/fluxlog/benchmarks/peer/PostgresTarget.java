package dev.fluxlog.benchmarks.peer;

import dev.fluxlog.benchmarks.AppendTarget;
import dev.fluxlog.benchmarks.Workload;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;

/**
 * PostgreSQL over TCP: one table, one row per event, one connection per caller, one insert (a batch: one multi-row
 * insert) per append. Rows are numbered by an identity column: there is no dense sequence per stream, which would need a
 * lock on each stream.
 */
final class PostgresTarget implements AppendTarget {
    private final Connection[] connections;
    private final PreparedStatement[] inserts;
    private final byte[] payload;
    private final int batch;

    PostgresTarget(Workload workload) throws SQLException {
        String url = "jdbc:postgresql://" + workload.server() + "/postgres?user=postgres&sslmode=disable";
        this.payload = workload.payload();
        this.batch = workload.batch();
        this.connections = new Connection[workload.callers()];
        this.inserts = new PreparedStatement[workload.callers()];
        for (int i = 0; i < connections.length; i++) {
            connections[i] = DriverManager.getConnection(url);
            try (Statement statement = connections[i].createStatement()) {
                if (i == 0) {
                    statement.execute("drop table if exists events");
                    statement.execute("create table events (id bigint generated always as identity primary key,"
                            + " stream int not null, data bytea not null)");
                    statement.execute("create index on events (stream, id)");
                }
                statement.execute("set synchronous_commit = " + (workload.durable() ? "on" : "off"));
            }
            inserts[i] = connections[i].prepareStatement(
                    "insert into events (stream, data) values (?, ?)" + ", (?, ?)".repeat(batch - 1));
        }
    }

    @Override
    public boolean isBlocking() {
        return true;
    }

    @Override
    public void append(int caller, int stream, Done done) throws SQLException {
        PreparedStatement insert = inserts[caller];
        for (int i = 0; i < batch; i++) {
            insert.setInt(2 * i + 1, stream);
            insert.setBytes(2 * i + 2, payload);
        }
        insert.executeUpdate();
        done.acknowledged();
    }

    @Override
    public void close() throws SQLException {
        for (Connection connection : connections) {
            connection.close();
        }
    }
}
