namespace Failback.Testing.Captures;

/// <summary>The target tables of a capture in a database of one product.</summary>
public interface ICaptureTarget
{
    /// <summary>Tables and intended differences.</summary>
    CaptureTarget Shape { get; }

    /// <summary>Creates the tables and fills them with the content at the start of the feed.</summary>
    Task CreateAsync(Capture capture, CancellationToken cancellationToken = default);

    /// <summary>Returns all differences between the target and the final content of the capture; empty when they are equal.</summary>
    Task<IReadOnlyList<string>> CompareAsync(Capture capture, CancellationToken cancellationToken = default);
}
