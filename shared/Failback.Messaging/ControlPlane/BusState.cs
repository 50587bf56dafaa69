namespace Failback.Messaging.ControlPlane;

/// <summary>Whether this process hears and says anything on the control plane.</summary>
/// <param name="time">Clock.</param>
public sealed class BusState(TimeProvider time)
{
    private volatile Spell _spell = new(time.GetUtcNow(), "the broker is not connected yet");

    /// <summary>Since when it does not; null: it does.</summary>
    public DateTimeOffset? DownSince => _spell is { Problem: not null } down ? down.Since : null;

    /// <summary>Since when it does; null: it does not.</summary>
    public DateTimeOffset? UpSince => _spell is { Problem: null } up ? up.Since : null;

    /// <summary>Why it does not; null: it does.</summary>
    public string? Problem => _spell.Problem;

    internal void Up()
    {
        if (_spell.Problem is not null) _spell = new Spell(time.GetUtcNow(), null);
    }

    internal void Down(string problem) => _spell = new Spell(DownSince ?? time.GetUtcNow(), problem);

    private sealed record Spell(DateTimeOffset Since, string? Problem);
}
