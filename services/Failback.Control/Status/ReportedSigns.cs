using Failback.Contracts.Api;
using Failback.Contracts.Words;

namespace Failback.Control.Status;

/// <summary>What appliers and sinks themselves say is wrong.</summary>
internal static class ReportedSigns
{
    public static IEnumerable<TroubleSign> Of(Heard heard) => OfTables(heard).Concat(OfDefinition(heard)).Concat(OfScripts(heard))
        .Concat(OfSinks(heard)).Select(trouble => new TroubleSign(trouble));

    private static IEnumerable<Trouble> OfTables(Heard heard) => heard.Tables.Where(table => table.Progress.Error is not null)
        .Select(table => new Trouble(Code(table), table.Route.Target, table.Progress.Error!) { Next = Next(heard.Name, table) });

    // What a part said before it fell silent is no longer known to be so: silence is the trouble then.
    private static string Code(TableStatus table) => table.Progress.Trouble
        ?? "table_" + Word.Of(table.Condition is TableState.Silent or TableState.Paused or TableState.Unknown
            ? table.Progress.State
            : table.Condition);

    private static string Next(string name, TableStatus table) => table.Progress.Trouble == ContinuityCodes.Broken
        ? $"failback pause {name} && failback rewind {name} --preview"
        : table.Progress.State == TableState.Retrying
        ? "see that the target answers; the applier goes on by itself"
        : "do what the message says; the applier tries again every 2 s";

    private static IEnumerable<Trouble> OfScripts(Heard heard) =>
        heard.Sinks.Where(
            sink => sink.Progress.ScriptError is not null && sink.Progress.ScriptVersion == heard.Failback.Script?.Version)
            .Select(sink => sink.Progress.ScriptError!).Distinct(StringComparer.Ordinal)
            .Select(error => new Trouble("script_stopped", null, error) { Next = $"failback script list {heard.Name}" });

    // Control stores a definition before anyone hears of it: a replica that works by a later one has it from a state that is lost.
    private static IEnumerable<Trouble> OfDefinition(Heard heard) =>
        heard.Tables.Any(table => table.Progress.SpecRevision > heard.Failback.Revision)
            ? [new Trouble(
                "definition_went_back", null,
                $"sinks and appliers work by a later definition than revision {heard.Failback.Revision}, which control has: its database "
                    + "was put back. Compare the definition and PUT it as it should be; from then on all work by that")
            { Next = "failback apply -f FILE" }]
            : [];

    private static IEnumerable<Trouble> OfSinks(Heard heard) =>
        heard.Sinks.Select(sink => sink.Progress.TimestampInFuture).OfType<string>().Take(1)
            .Select(text => new Trouble("timestamp_in_future", null, text)
            { Next = "set the clocks of CockroachDB's nodes and of the sink's machine" });
}
