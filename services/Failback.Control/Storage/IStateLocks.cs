namespace Failback.Control.Storage;

/// <summary>
/// Named locks across all control processes on one database. They end with the process that holds them, in whichever way it ends.
/// </summary>
internal interface IStateLocks
{
    /// <summary>
    /// Takes a lock without waiting, or confirms that this process still holds it. Locks do not count: one release frees it.
    /// </summary>
    /// <returns>False while another process holds it.</returns>
    Task<bool> HoldAsync(string name, CancellationToken cancellationToken);

    void Release(string name);
}
