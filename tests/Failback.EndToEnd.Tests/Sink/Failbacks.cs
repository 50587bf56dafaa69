using Failback.Contracts.Control;

namespace Failback.EndToEnd.Tests.Sink;

/// <summary>Definitions with queue names that no other test has.</summary>
internal static class Failbacks
{
    public static FailbackSpec Create(params string[] tables)
    {
        string name = "t" + Guid.NewGuid().ToString("N")[..10];
        return new FailbackSpec
        {
            Name = name,
            Revision = 1,
            State = RunState.Running,
            WebhookPath = "/" + name,
            Dialect = "postgres",
            SealedTarget = "",
            StagingSchema = "staging",
            UnknownTableQueue = $"fb.{name}.1.unknown",
            Tables = [.. tables.Select(table => new TableRoute { Source = table, Target = table, Queue = $"fb.{name}.1.{table}" })],
        };
    }

    public static IEnumerable<string> Queues(this FailbackSpec spec) =>
        [.. spec.Tables.Select(table => table.Queue), spec.UnknownTableQueue];

    public static string Queue(this FailbackSpec spec, string table) => spec.Tables.Single(route => route.Source == table).Queue;
}
