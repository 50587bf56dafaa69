namespace Failback.Control.Steps;

/// <summary>Reports how far the work of a call is. The report is heard only where the call runs as an operation.</summary>
internal static class StepProgress
{
    private static readonly AsyncLocal<Action<string, long?, long?>?> Listener = new();

    public static void Report(string step, long? done = null, long? total = null) => Listener.Value?.Invoke(step, done, total);

    /// <summary>Hears what is reported from here on, in this flow of calls only.</summary>
    public static void Listen(Action<string, long?, long?> listener) => Listener.Value = listener;
}
