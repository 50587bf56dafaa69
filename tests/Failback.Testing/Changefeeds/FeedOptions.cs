namespace Failback.Testing.Changefeeds;

/// <summary>Faults of a generated changefeed; chances are per step, in thousandths.</summary>
public sealed record FeedOptions
{
    /// <summary>Number of nodes, each with its own sender.</summary>
    public int Senders { get; init; } = 3;

    /// <summary>Most rows in a request.</summary>
    public int MaxBatch { get; init; } = 12;

    /// <summary>Chance of a resolved message, if the frontier has moved.</summary>
    public int Resolved { get; init; } = 150;

    /// <summary>Chance of a lost answer: the same rows are sent again with other boundaries.</summary>
    public int Retry { get; init; } = 60;

    /// <summary>Chance of a restart from a resolved timestamp with another interleaving.</summary>
    public int Restart { get; init; } = 15;

    /// <summary>Chance that a restart begins at an earlier resolved timestamp than the last one sent.</summary>
    public int Regress { get; init; } = 400;

    /// <summary>Chance that requests of the old incarnation arrive after a restart.</summary>
    public int Zombie { get; init; } = 500;

    /// <summary>True when old row images are sent.</summary>
    public bool Diff { get; init; }

    /// <summary>True when the feed begins with every row; otherwise the target must be seeded with the start state.</summary>
    public bool InitialScan { get; init; }

    /// <summary>Prefix of topics of the form <c>database.schema.table</c>, for example <c>db.public.</c>.</summary>
    public string TopicPrefix { get; init; } = "";

    /// <summary>Returns random options.</summary>
    public static FeedOptions Next(Random random) => new()
    {
        Senders = random.Next(1, 5),
        MaxBatch = random.Next(3) == 0 ? 1 : random.Next(2, 40),
        Resolved = random.Next(20, 300),
        Retry = random.Next(0, 120),
        Restart = random.Next(0, 30),
        Diff = random.Next(3) == 0,
        InitialScan = random.Next(2) == 0,
    };
}
