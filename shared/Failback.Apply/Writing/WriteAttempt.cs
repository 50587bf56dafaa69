namespace Failback.Apply.Writing;

/// <summary>One rung of the ladder that <see cref="WindowWriter"/> climbs.</summary>
public sealed record WriteAttempt(string Name, bool Careful = false, bool Relax = false, bool Isolate = false)
{
    public static readonly WriteAttempt Plain = new("plain");
    public static readonly WriteAttempt CarefulOrder = new("careful", Careful: true);
    public static readonly WriteAttempt Relaxed = new("relaxed", Careful: true, Relax: true);
    public static readonly WriteAttempt Isolated = new("isolated", Careful: true, Isolate: true);

    public static readonly IReadOnlyList<WriteAttempt> Ladder = [Plain, CarefulOrder, Relaxed, Isolated];

    public static readonly IReadOnlyList<WriteAttempt> ShortLadder = [Plain, CarefulOrder, Isolated];

    /// <summary>
    /// As far up as one has to go where triggers, and so foreign keys, never fire: an isolated attempt verifies them too.
    /// </summary>
    public static readonly IReadOnlyList<WriteAttempt> SilentLadder = [
        .. ShortLadder.Select(a => a with { Relax = true, IsSilent = true })];

    /// <summary>Triggers of the application do not fire, because the definition says so.</summary>
    public bool IsSilent { get; init; }
}
