namespace Failback.Testing.Captures;

/// <summary>Target tables of the captures in PostgreSQL.</summary>
internal static class CaptureTargets
{
    private const string MigrationDdl = """
        create table employees (
          id bigint primary key, unique_id uuid not null unique, name varchar(50), created_at timestamptz default now(), updated_at date,
          is_hired boolean, age smallint, salary numeric(8,2), bonus real, manager_id bigint references employees (id)
        );
        create table orders (
          id bigint primary key, employee_id bigint not null references employees (id) on update cascade, status text not null default 'new',
          total numeric(12,2), placed_at timestamp, note jsonb
        );
        create table payments (
          id uuid primary key, order_id bigint not null references orders (id) on update cascade on delete cascade, amount numeric(12,2) not null,
          currency char(3) not null default 'EUR', paid_at timestamptz, ref bytea
        );
        """;

    public static readonly CaptureTarget Migration = new()
    {
        Schema = "migration_schema",
        Tables = ["employees", "orders", "payments"],
        Ddl = MigrationDdl,
    };

    public static readonly CaptureTarget AlteredKeys = new()
    {
        Schema = "public",
        Tables = ["pairs", "items"],
        Ddl = """
            create table pairs (x bigint, y bigint, v text, primary key (x, y));
            create table items (id bigint primary key, v text);
            """,
    };

    public static readonly CaptureTarget MigrationWithQuotedName = new()
    {
        Schema = "migration_schema",
        Tables = ["employees", "orders", "payments", "\"MixedCase\""],
        Ddl = MigrationDdl + """

            create table "MixedCase" (id bigint primary key, v text);
            """,
    };

    public static readonly CaptureTarget AllTypes = new()
    {
        Schema = "public",
        Tables = ["all_types", "all_arrays"],
        Ddl = """
            create type mood as enum ('sad', 'ok', 'happy', 'mixed Case', 'quo''te', 'ünï');
            create table all_types (
              id bigint primary key, label text not null,
              c_bool boolean, c_int2 smallint, c_int4 integer, c_int8 bigint,
              c_float4 real, c_float8 double precision, c_dec numeric, c_dec_ps numeric(20,5),
              c_string text, c_varchar varchar(20), c_char char(5), c_qchar "char", c_name name,
              c_bytes bytea, c_date date, c_time time, c_time3 time(3), c_timetz timetz, c_ts timestamp, c_ts0 timestamp(0), c_tstz timestamptz, c_tstz3 timestamptz(3),
              c_interval interval, c_uuid uuid, c_inet inet, c_json jsonb, c_bit bit(8), c_varbit bit varying,
              c_coll text, c_enum mood, c_oid oid, c_default text default 'dflt', c_serial bigserial,
              c_stored text generated always as (label || '/' || id::text) stored, c_virtual bigint generated always as (id * 2) stored
            );
            alter table all_types alter column c_serial drop not null;
            create table all_arrays (
              id bigint primary key, label text,
              a_bool boolean[], a_int bigint[], a_int4 integer[], a_float double precision[], a_dec numeric[], a_string text[], a_varchar varchar(10)[], a_bytes bytea[],
              a_date date[], a_time time[], a_timetz timetz[], a_ts timestamp[], a_tstz timestamptz[], a_interval interval[], a_uuid uuid[], a_inet inet[],
              a_varbit bit varying[], a_enum mood[], a_oid oid[], a_name name[]
            );
            """,
        Adaptations =
        [
            new("all_types", "c_coll", "STRING COLLATE de", "text",
                "a collation orders, it does not change the text; PostgreSQL's name for it depends on how the server was built"),
            new("all_types", "c_virtual", "INT8 virtual", "bigint stored generated",
                "PostgreSQL before 18 has stored generated columns only; the feed sends null for it"),
        ],
        Unstorable = [new("all_types", "23", "U+0000 inside a STRING: PostgreSQL refuses it (22021)")],
        Lost =
        [
            new("all_types", "40", "c_json", null, "the changefeed sends JSON null and SQL NULL as the same null"),
            new("all_types", "21", "c_string", "tab\tnl\ncr\rbs\\ quote\" apos' nul-less \u0001\u001f\u007f end",
                "the recorder of the text form turned the carriage return into a line feed; the statement, the feed and the JSON form "
                    + "have it"),
        ],
    };

    public static readonly CaptureTarget Geo = new()
    {
        Schema = "public",
        Tables = ["geo_types"],
        Ddl = "create table geo_types (id bigint primary key, g jsonb, gg jsonb, gp jsonb, b text)",
        Adaptations =
        [
            new("geo_types", "g", "GEOMETRY", "jsonb", "no PostGIS on the test server: the GeoJSON of the feed is kept", FromJson: true),
            new("geo_types", "gg", "GEOGRAPHY", "jsonb", "no PostGIS on the test server: the GeoJSON of the feed is kept", FromJson: true),
            new("geo_types", "gp", "GEOMETRY(POINT,4326)", "jsonb", "no PostGIS on the test server: the GeoJSON of the feed is kept",
                FromJson: true),
            new("geo_types", "b", "BOX2D", "text", "PostgreSQL has no such type without PostGIS"),
        ],
    };

    public static readonly CaptureTarget Products = new()
    {
        Schema = "public",
        Tables = ["products"],
        Ddl = """
            create type colour as enum ('red', 'green', 'blue');
            create table products (
              id bigint primary key, name text, price numeric(14,4), c colour, remark text default 'dflt',
              upper_name text generated always as (upper(name)) stored, big bigint default 9007199254740993
            );
            """,
    };

    public static readonly CaptureTarget Bank = new()
    {
        Schema = "public",
        Tables = ["accounts", "transfers"],
        Ddl = """
            create table accounts (id bigint primary key, balance bigint not null, moves bigint not null default 0);
            create table transfers (
              id uuid primary key, src bigint not null references accounts (id), dst bigint not null references accounts (id),
              amount bigint not null, at timestamptz not null default now()
            );
            """,
    };

    /// <summary>The target keeps the hidden column by which CockroachDB tells rows without a key apart.</summary>
    public static readonly CaptureTarget Keyless = new()
    {
        Schema = "public",
        Tables = ["nopk"],
        Ddl = "create table nopk (rowid bigint primary key, a bigint, b text)",
    };

    public static readonly CaptureTarget Events = new()
    {
        Schema = "public",
        Tables = ["events"],
        Ddl = "create table events (id uuid primary key, kind text not null, at timestamptz not null, amount numeric(18,4), payload "
            + "jsonb, blob bytea, tags text[])",
    };
}
