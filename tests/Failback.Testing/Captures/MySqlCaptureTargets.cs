namespace Failback.Testing.Captures;

/// <summary>Target tables of the captures in MySQL and MariaDB, with the types that a migration from there would have found.</summary>
public static class MySqlCaptureTargets
{
    private static readonly CaptureTarget Migration = new()
    {
        Schema = "",
        Tables = ["employees", "orders", "payments"],
        Ddl = """
            CREATE TABLE employees (
              id bigint PRIMARY KEY, unique_id char(36) NOT NULL UNIQUE, name varchar(50), created_at timestamp(6) NULL DEFAULT CURRENT_TIMESTAMP(6) ON UPDATE CURRENT_TIMESTAMP(6),
              updated_at date, is_hired boolean, age smallint, salary decimal(8,2), bonus float, manager_id bigint, FOREIGN KEY (manager_id) REFERENCES employees (id)
            );
            CREATE TABLE orders (
              id bigint PRIMARY KEY, employee_id bigint NOT NULL, status varchar(100) NOT NULL DEFAULT 'new', total decimal(12,2), placed_at datetime(6), note json,
              FOREIGN KEY (employee_id) REFERENCES employees (id) ON UPDATE CASCADE
            );
            CREATE TABLE payments (
              id char(36) PRIMARY KEY, order_id bigint NOT NULL, amount decimal(12,2) NOT NULL, currency char(3) NOT NULL DEFAULT 'EUR', paid_at datetime(6), ref longblob,
              FOREIGN KEY (order_id) REFERENCES orders (id) ON UPDATE CASCADE ON DELETE CASCADE
            );
            """,
    };

    private static readonly CaptureTarget Bank = new()
    {
        Schema = "",
        Tables = ["accounts", "transfers"],
        Ddl = """
            CREATE TABLE accounts (id bigint PRIMARY KEY, balance bigint NOT NULL, moves bigint NOT NULL DEFAULT 0);
            CREATE TABLE transfers (
              id binary(16) PRIMARY KEY, src bigint NOT NULL, dst bigint NOT NULL, amount bigint NOT NULL, at timestamp(6) NOT NULL DEFAULT CURRENT_TIMESTAMP(6),
              FOREIGN KEY (src) REFERENCES accounts (id), FOREIGN KEY (dst) REFERENCES accounts (id)
            );
            """,
    };

    private static readonly CaptureTarget Keyless = new()
    {
        Schema = "",
        Tables = ["nopk"],
        Ddl = "CREATE TABLE nopk (rowid bigint PRIMARY KEY, a bigint, b text)",
    };

    private static readonly CaptureTarget Events = new()
    {
        Schema = "",
        Tables = ["events"],
        Ddl = "CREATE TABLE events (id char(36) PRIMARY KEY, kind text NOT NULL, at datetime(6) NOT NULL, amount decimal(18,4), payload "
            + "json, `blob` longblob, tags json)",
        Adaptations = [new("events", "tags", "STRING[]", "json", "an array is JSON text", FromJson: true)],
    };

    /// <summary>Target of all types in MySQL, whose JSON is binary, unlike MariaDB's.</summary>
    public static CaptureTarget AllTypesInMySql => MySqlAllTypes.InMySql;

    /// <summary>Returns the target of a capture.</summary>
    public static CaptureTarget For(string capture) => capture switch
    {
        "i_bank" => Bank,
        "j_bulk" => Events,
        "m_no_primary_key" => Keyless,
        "a_all_types" => MySqlAllTypes.Target,
        _ => Migration,
    };
}
