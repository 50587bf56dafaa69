namespace Failback.Testing.Captures;

/// <summary>Target tables of the capture of all types in MySQL and MariaDB.</summary>
internal static class MySqlAllTypes
{
    public static readonly CaptureTarget Target = new()
    {
        Schema = "",
        Tables = ["all_types", "all_arrays"],
        Ddl = """
            CREATE TABLE all_types (
              id bigint PRIMARY KEY, label varchar(200) NOT NULL,
              c_bool boolean, c_int2 smallint, c_int4 int, c_int8 bigint,
              c_float4 float, c_float8 double, c_dec text, c_dec_ps decimal(20,5),
              c_string longtext, c_varchar varchar(20), c_char char(5), c_qchar varchar(1), c_name varchar(64),
              c_bytes longblob, c_date date, c_time time(6), c_time3 time(3), c_timetz varchar(40), c_ts datetime(6), c_ts0 datetime(0), c_tstz datetime(6), c_tstz3 datetime(3),
              c_interval varchar(100), c_uuid binary(16), c_inet varchar(60), c_json json, c_bit bit(8), c_varbit text,
              c_coll text, c_enum enum('sad', 'ok', 'happy', 'mixed Case', 'quo''te', 'ünï'), c_oid int unsigned, c_default varchar(20) DEFAULT 'dflt', c_serial bigint,
              c_stored varchar(300) GENERATED ALWAYS AS (CONCAT(label, '/', id)) STORED, c_virtual bigint GENERATED ALWAYS AS (id * 2) VIRTUAL
            ) CHARACTER SET utf8mb4;
            CREATE TABLE all_arrays (
              id bigint PRIMARY KEY, label varchar(200),
              a_bool longtext, a_int longtext, a_int4 longtext, a_float longtext, a_dec longtext, a_string longtext, a_varchar longtext, a_bytes longtext,
              a_date longtext, a_time longtext, a_timetz longtext, a_ts longtext, a_tstz longtext, a_interval longtext, a_uuid longtext, a_inet longtext,
              a_varbit longtext, a_enum longtext, a_oid longtext, a_name longtext
            ) CHARACTER SET utf8mb4;
            """,
        Adaptations = [
            .. Arrays.Select(a => new ColumnAdaptation("all_arrays", a, "array", "longtext", "an array is JSON text", FromJson: true))],
        Unstorable =
        [
            new("all_types", "4", "dates before year 1"),
            new("all_types", "5", "dates after year 9999"),
            new("all_types", "9", "NaN in float"),
            new("all_types", "10", "infinity in float"),
            new("all_types", "11", "infinity in float"),
            new("all_types", "51", "dates before year 1"),
            new("all_types", "52", "dates after year 9999"),
        ],
        Lost =
        [
            new("all_types", "23", "c_string", "a\0b", "the recorder of the text form stopped at U+0000; the feed and the target have it"),
            new("all_types", "40", "c_json", null, "the changefeed sends JSON null and SQL NULL as the same null"),
            new("all_types", "21", "c_string", "tab\tnl\ncr\rbs\\ quote\" apos' nul-less \u0001\u001f\u007f end",
                "the recorder of the text form turned the carriage return into a line feed; the statement, the feed and the JSON form "
                    + "have it"),
        ],
    };

    /// <summary>
    /// MySQL's own JSON keeps numbers as 64-bit integers or doubles: trailing zeros are lost, and numbers that would be rounded are
    /// refused.
    /// </summary>
    public static readonly CaptureTarget InMySql = Target with
    {
        HasBinaryJson = true,
        Unstorable =
        [
            .. Target.Unstorable,
            new("all_types", "6", "a number in JSON with more digits than double keeps"),
            new("all_types", "14", "a number in JSON beyond double"),
        ],
    };

    private static string[] Arrays =>
    [
        "a_bool", "a_int", "a_int4", "a_float", "a_dec", "a_string", "a_varchar", "a_bytes", "a_date", "a_time", "a_timetz", "a_ts",
        "a_tstz", "a_interval",
        "a_uuid", "a_inet", "a_varbit", "a_enum", "a_oid", "a_name",
    ];
}
