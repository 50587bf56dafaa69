using Failback.Testing.Processes;

namespace Failback.EndToEnd.Tests.MySql;

/// <summary>A stack whose applier is the one for MySQL and MariaDB.</summary>
public sealed class MySqlStackFixture : StackFixture
{
    protected override StackOptions Options => new(Applier: "Failback.Applier.MySql");
}
