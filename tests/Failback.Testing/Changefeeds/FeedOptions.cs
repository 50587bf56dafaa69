namespace Failback.Testing.Changefeeds;

/// <summary>How a changefeed misbehaves; chances are per step, in thousandths.</summary>
public sealed record FeedOptions
{
    /// <summary>Nodes with a sender of their own.</summary>
    public int Senders { get; init; } = 3;

    /// <summary>Most rows in a request.</summary>
    public int MaxBatch { get; init; } = 12;

    /// <summary>A resolved message now, if the frontier moved.</summary>
    public int Resolved { get; init; } = 150;

    /// <summary>The answer was lost: the same rows again, with other boundaries.</summary>
    public int Retry { get; init; } = 60;

    /// <summary>The job starts again from a resolved timestamp, with another interleaving.</summary>
    public int Restart { get; init; } = 15;

    /// <summary>On a restart: from an earlier resolved timestamp than the last one sent.</summary>
    public int Regress { get; init; } = 400;

    /// <summary>On a restart: requests of the old incarnation are still on the network and arrive later.</summary>
    public int Zombie { get; init; } = 500;

    /// <summary>Old row images are sent.</summary>
    public bool Diff { get; init; }

    /// <summary>The feed begins with every row; otherwise the target must be seeded with the start state.</summary>
    public bool InitialScan { get; init; }

    /// <summary>Topics as <c>database.schema.table</c> with this prefix, for example <c>db.public.</c>.</summary>
    public string TopicPrefix { get; init; } = "";

    /// <summary>A random feed.</summary>
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
