using Failback.Applier.Oracle.Connection;
using Failback.Contracts;
using Failback.Contracts.Words;

namespace Failback.Applier.Oracle.Inspection;

/// <summary>
/// Which views of the dictionary tell all. <c>ALL_TRIGGERS</c> has triggers on others' tables only for holders of CREATE ANY TRIGGER, and
/// <c>ALL_CONSTRAINTS</c> nothing of tables that the user may not read; the views of administrators have both.
/// https://docs.oracle.com/en/database/oracle/oracle-database/23/refrn/ALL_TRIGGERS.html
/// </summary>
/// <param name="user">The user of target.</param>
/// <param name="system">Its system privileges.</param>
/// <param name="granted">What it may do with single tables and views.</param>
internal sealed class OracleDictionary(string user, HashSet<string> system, HashSet<(TableName, string)> granted)
{
    private const string AllTriggers = "DBA_TRIGGERS";
    private const string AllConstraints = "DBA_CONSTRAINTS";

    public string Triggers => MayRead(AllTriggers) ? AllTriggers : "ALL_TRIGGERS";

    public string Constraints => MayRead(AllConstraints) ? AllConstraints : "ALL_CONSTRAINTS";

    /// <summary>What the user does not see: nothing found there means nothing.</summary>
    public IEnumerable<Finding> Hidden(IReadOnlyCollection<TableName> tables)
    {
        if (!MayRead(AllTriggers) && !system.Contains("CREATE ANY TRIGGER") && tables.Any(table => table.Schema != user))
            yield return Of(AllTriggers, "triggers of tables that are not its own: whether some fire for the rows of the failback");
        if (!MayRead(AllConstraints))
            yield return Of(
                AllConstraints,
                "foreign keys of tables that it may not read: whether deletes are refused by such rows, or take them along,");
    }

    private bool MayRead(string view) => system.Contains("SELECT ANY DICTIONARY")
        || granted.Contains((new TableName("SYS", view), "SELECT")) || granted.Contains((new TableName("SYS", view), "READ"));

    private Finding Of(string view, string what) => new(
        PreflightCodes.DictionaryHidden, Severity.Warning, null, $"the user of target does not see {what} is unknown",
        $"GRANT SELECT ON SYS.{view} TO {OracleName.Quote(user)};");
}
