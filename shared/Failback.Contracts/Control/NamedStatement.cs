namespace Failback.Contracts.Control;

/// <summary>A statement that people may run, and the table or column that it is about.</summary>
public sealed record NamedStatement(string Name, string Statement)
{
    /// <summary>Returns the statement about a name; null: there is none.</summary>
    public static string? About(string name, IReadOnlyList<NamedStatement> statements) =>
        statements.FirstOrDefault(statement => statement.Name == name)?.Statement;
}
