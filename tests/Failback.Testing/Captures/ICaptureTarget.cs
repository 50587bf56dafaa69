namespace Failback.Testing.Captures;

/// <summary>Target tables of a capture in a database of some product.</summary>
public interface ICaptureTarget
{
    /// <summary>Tables and what differs on purpose.</summary>
    CaptureTarget Shape { get; }

    /// <summary>Makes the tables, and fills them with what was there when the feed began.</summary>
    Task CreateAsync(Capture capture, CancellationToken cancellationToken = default);

    /// <summary>All differences between the target and the end of the capture; empty when they are equal.</summary>
    Task<IReadOnlyList<string>> CompareAsync(Capture capture, CancellationToken cancellationToken = default);
}
