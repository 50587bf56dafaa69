namespace Failback.Tests.Architecture;

/// <summary>
/// The rooms of a project (its first folders) on floors, from below: a room sees only rooms on lower floors. The room <c>.</c> is the
/// project's root, which puts the rooms together.
/// </summary>
/// <param name="Assembly">Name of the assembly.</param>
/// <param name="Root">Root namespace, which is also the name of the project.</param>
/// <param name="Rooms">Floors from below, each with its rooms.</param>
internal sealed record Floors(string Assembly, string Root, string[][] Rooms)
{
    public static IReadOnlyList<Floors> All { get; } =
    [
        new("Failback.Contracts", "Failback.Contracts", [["."], ["Rows", "Words"], ["Control"], ["Api"]]),
        new("Failback.Hosting", "Failback.Hosting",
            [["Logging", "Connections", "Security", "Retrying", "Telemetry"], ["Secrets"], ["Health"], ["."]]),
        new("Failback.Scripting", "Failback.Scripting", [["Batches"], ["Routing"], ["Host"], ["Compiling"], ["."]]),
        new("Failback.Messaging", "Failback.Messaging", [["Broker"], ["Topology"], ["Publishing"], ["Reading"], ["ControlPlane"], ["."]]),
        new("Failback.Source", "Failback.Source", [["."]]),
        new("Failback.Apply", "Failback.Apply",
        [
            ["Settings", "Failures"], ["Values"], ["Tables"], ["Columns"], ["Windows"], ["Staging"], ["Dialects"], ["Writing"],
            ["Inspection"], ["Scripts"], ["Groups"], ["Rows", "Continuity"], ["Letters"], ["Applying"], ["Ownership"], ["."],
        ]),
        new("Failback.Applier.Postgres", "Failback.Applier.Postgres", Dialect),
        new("Failback.Applier.MySql", "Failback.Applier.MySql", Dialect),
        new("Failback.Applier.Oracle", "Failback.Applier.Oracle", Dialect),
        new("Failback.Sink", "Failback.Sink",
            [["Settings"], ["Bodies"], ["Reading"], ["Counters"], ["Scripts"], ["Feeds"], ["Publishing"], ["Webhook"], ["."]]),
        new("Failback.Control", "Failback.Control",
        [
            ["Settings"], ["Storage"], ["Api"], ["Access", "Definitions"], ["Journal", "Audit"], ["Registry"], ["Steps"],
            ["Operations", "Fleet"], ["Changefeeds", "Calls", "DeadLetters"], ["Progress", "Scripts", "Continuity"], ["Status"],
            ["Preflight", "Events", "Metrics"], ["Lifecycle"], ["Documentation"], ["."],
        ]),
        new("failback", "Failback.Cli",
            [["Settings"], ["Api"], ["Files"], ["Output"], ["Running"], ["Tokens", "Support"], ["Fetch"], ["Commands"], ["."]]),
    ];

    private static string[][] Dialect =>
        [["Connection"], ["Copying"], ["Values"], ["Catalog"], ["Advice"], ["Writing"], ["Staging"], ["Inspection"], ["."]];

    public override string ToString() => Root;

    /// <summary>Returns the height of a room; null: it stands on no floor.</summary>
    public int? Height(string room) =>
        Array.FindIndex(Rooms, floor => floor.Contains(room, StringComparer.Ordinal)) is >= 0 and int height ? height : null;

    /// <summary>Returns the room of a namespace.</summary>
    public string RoomOf(string name) => name == Root ? "." : name[(Root.Length + 1)..].Split('.')[0];
}
