using Failback.Applier.Oracle.Connection;

namespace Failback.Applier.Oracle.Staging;

/// <summary>
/// Where our own tables are: in the schema named for them where an operator has made that user, otherwise in the session's own schema with
/// the name in front of each table's.
/// </summary>
internal sealed class OraclePlace(string stagingSchema, bool inOwnSchema)
{
    private readonly string _prefix = OracleName.Prefix(stagingSchema);

    // Views of the dictionary are named with their owner: a table of the user's may have the same name.
    public const string UserExists = "SELECT COUNT(*) FROM SYS.ALL_USERS u WHERE u.username = :name";

    public const string TableExists =
        "SELECT COUNT(*) FROM SYS.ALL_TABLES t WHERE t.owner = COALESCE(:owner, SYS_CONTEXT('USERENV', 'CURRENT_SCHEMA')) AND "
            + "t.table_name = :name";

    /// <summary>Schema and name of a table of ours as the catalogue has them; no schema: the session's own.</summary>
    public (string Schema, string Table) Name(string table) => inOwnSchema ? (_prefix, table) : ("", $"{_prefix}_{table}");

    /// <summary>Returns the table as statements name it.</summary>
    public string Quoted(string table) =>
        Name(table) is ("", var own) ? OracleName.Quote(own) : OracleName.Quote(Name(table).Schema) + "." + OracleName.Quote(table);

    /// <summary>Returns where our tables are in this database.</summary>
    public static async Task<OraclePlace> InAsync(OracleSession session, string stagingSchema, CancellationToken cancellationToken)
    {
        List<bool> exists = await session.ReadAsync(
            UserExists, [OracleArgument.Of("name", OracleName.Prefix(stagingSchema))], r => r.Flag(0), cancellationToken);
        return new OraclePlace(stagingSchema, exists[0]);
    }

    /// <summary>True when the table of ours is there.</summary>
    public async Task<bool> HasTableAsync(OracleSession session, string table, CancellationToken cancellationToken)
    {
        (string owner, string name) = Name(table);
        OracleArgument[] arguments = [new("owner", OracleBind.Text, owner.Length == 0 ? null : owner), OracleArgument.Of("name", name)];
        return (await session.ReadAsync(TableExists, arguments, r => r.Flag(0), cancellationToken))[0];
    }
}
