using Failback.Dialects.Tests.Suites;

namespace Failback.Dialects.Tests.MySql;

/// <summary>Unique is the beginning of a text.</summary>
public sealed class MySqlUniqueTests() : UniqueSuite(new MySqlFixture())
{
    protected override string Computed => "";

    protected override string Index => "CREATE UNIQUE INDEX item_code ON item (code(3));\n";
}
