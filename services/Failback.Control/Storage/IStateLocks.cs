namespace Failback.Control.Storage;

/// <summary>Named locks over all control processes on one database. They end with the process that holds them, however it ends.</summary>
internal interface IStateLocks
{
    /// <summary>Takes a lock without waiting, or sees that this process still holds it.</summary>
    /// <returns>False while another process holds it.</returns>
    Task<bool> HoldAsync(string name, CancellationToken cancellationToken);

    void Release(string name);
}
