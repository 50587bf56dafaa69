using System.Text.RegularExpressions;
using Failback.Applier.MySql.Connection;
using Failback.Apply.Dialects;
using Failback.Apply.Tables;
using Failback.Contracts.Words;

namespace Failback.Applier.MySql.Inspection;

/// <summary>
/// What the user of a target may do. The server is asked to explain the statements, for which it wants the privileges of the statements
/// themselves, roles and patterns included: https://dev.mysql.com/doc/refman/8.4/en/explain.html
/// </summary>
internal sealed partial class MySqlPrivileges(MySqlFacts facts)
{
    private const string Everywhere = "*.*";

    public async Task<IReadOnlyList<Finding>> FindAsync(InspectionScope scope, CancellationToken cancellationToken)
    {
        string user = MySqlName.Account(
            (await facts.ReadAsync(MySqlInspectionSql.User, row => row.GetString(0), cancellationToken))[0]);
        var findings = new List<Finding>();
        foreach (TargetTable table in scope.Tables.Where(table => table.PrimaryKey.Count > 0))
        {
            string name = MySqlName.Quote(table.Name);
            foreach ((string privilege, string statement) in Statements(table, name))
            {
                if (!await facts.IsDeniedAsync(statement, cancellationToken)) continue;
                findings.Add(
                    new Finding(
                        PreflightCodes.TargetPrivilege, Severity.Error, table.Name.ToString(), $"the user of target lacks {privilege}",
                        $"GRANT {privilege} ON {name} TO {user};"));
            }
        }

        List<string> grants =
            await facts.ReadAsync(MySqlInspectionSql.Grants, row => row.GetString(0), cancellationToken);
        // Without it the dictionary hides triggers: rows would be written as if there were none.
        findings.AddRange(
            from table in scope.Tables
            let name = MySqlName.Quote(table.Name)
            where !Allows(
                grants, "TRIGGER", granted => Covers(granted, table.Name.Schema)
                || string.Equals(granted, name, StringComparison.OrdinalIgnoreCase))
            select new Finding(
                PreflightCodes.TargetPrivilege, Severity.Error, table.Name.ToString(),
                "the user of target lacks TRIGGER: whether the table has triggers cannot be seen",
                $"GRANT TRIGGER ON {name} TO {user};"));
        findings.AddRange(Hidden(grants, user));
        // Sessions of others are hidden without it, those that read the log among them.
        if (!Allows(grants, "PROCESS", granted => granted == Everywhere) && await HasLogAsync(cancellationToken))
        {
            findings.Add(new Finding(
                PreflightCodes.ForwardReplication, Severity.Info, null,
                "whether a client reads the binary log, as replication to CockroachDB would, cannot be seen without PROCESS",
                $"GRANT PROCESS ON *.* TO {user};"));
        }

        if (!Allows(grants, "CREATE", granted => Covers(granted, scope.StagingSchema)))
        {
            string pattern = MySqlName.Quote(scope.StagingSchema.Replace("_", "\\_", StringComparison.Ordinal));
            findings.Add(new Finding(
                PreflightCodes.StagingPrivilege, Severity.Error, scope.StagingSchema,
                "the user of target may not create the staging database and its tables",
                $"GRANT CREATE, ALTER, SELECT, INSERT, UPDATE, DELETE ON {pattern}.* TO {user};"));
        }

        return findings;
    }

    // Of tables on which the user has no privilege the dictionary has no foreign keys; in MariaDB SELECT alone does not show them.
    private IEnumerable<Finding> Hidden(List<string> grants, string user)
    {
        bool Sees(Func<string, bool> covers) => grants.Exists(grant => Grant().Match(grant) is not { Success: true } read
            || (read.Groups["privileges"].Value.Split(", ").Any(privilege => privilege is not ("USAGE" or "SELECT"))
                && covers(read.Groups["scope"].Value)));
        if (Sees(scope => scope == Everywhere)) yield break;
        bool own = Sees(scope => Covers(scope, facts.Database));
        yield return new Finding(
            PreflightCodes.DictionaryHidden, own ? Severity.Info : Severity.Warning, null,
            $"the user of target does not see foreign keys of tables {(own ? "in other databases" : "that it has no privilege on")}: "
                + $"whether deletes are refused by such rows, or take them along, is unknown",
            own ? null : $"GRANT REFERENCES ON {MySqlName.Quote(facts.Database)}.* TO {user};");
    }

    private static (string Privilege, string Statement)[] Statements(TargetTable table, string name)
    {
        string[] keys = [.. table.PrimaryKey.Select(ordinal => MySqlName.Quote(table.Columns[ordinal].Name))];
        string key = string.Join(", ", keys);
        return
        [
            ("SELECT", $"SELECT {key} FROM {name} LIMIT 0"),
            ("INSERT", $"INSERT INTO {name} ({key}) VALUES ({string.Join(", ", keys.Select(_ => "DEFAULT"))})"),
            ("UPDATE", $"UPDATE {name} SET {keys[0]} = DEFAULT"),
            ("DELETE", $"DELETE FROM {name}"),
        ];
    }

    private async Task<bool> HasLogAsync(CancellationToken cancellationToken) =>
        (await facts.ReadAsync(MySqlInspectionSql.HasLog, row => row.GetBoolean(0), cancellationToken))[0];

    // What cannot be explained is read from what is granted. A grant of a role says nothing about its privileges: then nothing is claimed.
    private static bool Allows(List<string> grants, string wanted, Func<string, bool> covers) => grants.Exists(grant =>
        Grant().Match(grant) is not { Success: true } read
        || (covers(read.Groups["scope"].Value)
            && read.Groups["privileges"].Value.Split(", ").Any(privilege => privilege == wanted || privilege == "ALL PRIVILEGES")));

    /// <summary>
    /// Whether <c>*.*</c> or <c>`pattern`.*</c> takes in a database; <c>%</c> and <c>_</c> stand for any characters unless a backslash is
    /// before them.
    /// </summary>
    private static bool Covers(string scope, string schema)
    {
        if (scope == Everywhere) return true;
        if (!scope.EndsWith(".*", StringComparison.Ordinal)) return false;
        string pattern = Wildcard().Replace(scope[..^2].Trim('`').Replace("``", "`", StringComparison.Ordinal), part => part.Value switch
        {
            "%" => ".*",
            "_" => ".",
            [.., var last] => Regex.Escape(last.ToString()),
            _ => "",
        });
        return Regex.IsMatch(schema, $@"\A{pattern}\z", RegexOptions.IgnoreCase, TimeSpan.FromSeconds(1));
    }

    [GeneratedRegex(@"\AGRANT (?<privileges>.+?) ON (?<scope>\S+) TO ", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Grant();

    [GeneratedRegex(@"\\?.", RegexOptions.None, 1000)]
    private static partial Regex Wildcard();
}
