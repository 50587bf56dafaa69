using Failback.Testing.Captures;

namespace Failback.EndToEnd.Tests.Oracle;

/// <summary>Target tables of the captures in Oracle, typed as a migration from there would have found them.</summary>
internal static class OracleCaptureTargets
{
    private static readonly CaptureTarget Migration = new()
    {
        Schema = "",
        Tables = ["employees", "orders", "payments"],
        Ddl = """
            CREATE TABLE employees (
              id NUMBER(19) PRIMARY KEY, unique_id RAW(16) NOT NULL UNIQUE, name VARCHAR2(50 CHAR), created_at TIMESTAMP(6) WITH TIME ZONE DEFAULT SYSTIMESTAMP,
              updated_at DATE, is_hired NUMBER(1), age NUMBER(5), salary NUMBER(8,2), bonus BINARY_FLOAT, manager_id NUMBER(19), FOREIGN KEY (manager_id) REFERENCES employees (id)
            );
            CREATE TABLE orders (
              id NUMBER(19) PRIMARY KEY, employee_id NUMBER(19) NOT NULL, status VARCHAR2(100 CHAR) DEFAULT 'new' NOT NULL, total NUMBER(12,2), placed_at TIMESTAMP(6), note CLOB,
              FOREIGN KEY (employee_id) REFERENCES employees (id)
            );
            CREATE TABLE payments (
              id RAW(16) PRIMARY KEY, order_id NUMBER(19) NOT NULL, amount NUMBER(12,2) NOT NULL, currency CHAR(3 CHAR) DEFAULT 'EUR' NOT NULL, paid_at TIMESTAMP(6), ref BLOB,
              FOREIGN KEY (order_id) REFERENCES orders (id) ON DELETE CASCADE
            );
            """,
    };

    private static readonly CaptureTarget Bank = new()
    {
        Schema = "",
        Tables = ["accounts", "transfers"],
        Ddl = """
            CREATE TABLE accounts (id NUMBER(19) PRIMARY KEY, balance NUMBER(19) NOT NULL, moves NUMBER(19) DEFAULT 0 NOT NULL);
            CREATE TABLE transfers (
              id RAW(16) PRIMARY KEY, src NUMBER(19) NOT NULL, dst NUMBER(19) NOT NULL, amount NUMBER(19) NOT NULL, at TIMESTAMP(6) NOT NULL,
              FOREIGN KEY (src) REFERENCES accounts (id), FOREIGN KEY (dst) REFERENCES accounts (id)
            );
            """,
    };

    /// <summary>Oracle has a <c>ROWID</c> of its own, so that CockroachDB's is called otherwise.</summary>
    private static readonly CaptureTarget Keyless = new()
    {
        Schema = "",
        Tables = ["nopk"],
        Ddl = "CREATE TABLE nopk (row_key NUMBER(19) PRIMARY KEY, a NUMBER(19), b VARCHAR2(100 CHAR))",
    };

    private static readonly CaptureTarget Events = new()
    {
        Schema = "",
        Tables = ["events"],
        Ddl = "CREATE TABLE events (id RAW(16) PRIMARY KEY, kind VARCHAR2(200 CHAR) NOT NULL, at TIMESTAMP(6) NOT NULL, amount "
            + "NUMBER(18,4), payload CLOB, blob BLOB, tags CLOB)",
        Adaptations = [new("events", "tags", "STRING[]", "CLOB", "an array is JSON text", FromJson: true)],
    };

    /// <summary>The target of a capture.</summary>
    public static CaptureTarget For(string capture) => capture switch
    {
        "i_bank" => Bank,
        "j_bulk" => Events,
        "m_no_primary_key" => Keyless,
        _ => Migration,
    };
}
