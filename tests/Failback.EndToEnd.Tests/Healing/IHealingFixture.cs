namespace Failback.EndToEnd.Tests.Healing;

/// <summary>
/// A fixture with processes that several tests share: it puts right what one test broke, so that the next one does not fail with it.
/// </summary>
public interface IHealingFixture
{
    /// <summary>Runs again what is dead or frozen, takes faults away, waits until all is ready; says what was wrong.</summary>
    Task<IReadOnlyList<string>> HealAsync();

    /// <summary>Removes what a test left behind, after it has ended; says what there was.</summary>
    Task<IReadOnlyList<string>> SweepAsync() => Task.FromResult<IReadOnlyList<string>>([]);
}
