namespace Failback.Cli.Fetch;

/// <summary>What becomes of a replicator flag.</summary>
internal enum FlagTreatment
{
    /// <summary>Does here what it did there.</summary>
    Honoured,

    /// <summary>Taken, and said in the log: something else does its work here.</summary>
    Mapped,

    /// <summary>Ends the command with the reason: taking it silently would promise what does not happen.</summary>
    Refused,
}

/// <summary>One flag of the replicator.</summary>
/// <param name="Name">Without dashes.</param>
/// <param name="Switch">Takes no value, or true or false after an equals sign.</param>
/// <param name="Treatment">What becomes of it.</param>
/// <param name="Reason">What it does here, what does its work, or why it is refused.</param>
internal sealed record ReplicatorFlag(string Name, bool Switch, FlagTreatment Treatment, string Reason);
