using Failback.Dialects.Tests.Suites;

namespace Failback.Dialects.Tests.Postgres;

/// <summary>The case of a text is folded by an expression of the index.</summary>
public sealed class PostgresUniqueTests() : UniqueSuite(new PostgresFixture())
{
    protected override string Computed => "";

    protected override string Index => "CREATE UNIQUE INDEX item_code ON item (lower(code));\n";
}
