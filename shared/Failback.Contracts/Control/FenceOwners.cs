namespace Failback.Contracts.Control;

/// <summary>
/// Order, control to the appliers of one dialect: an owner that does not acknowledge a pause must not commit anything more. Raises the
/// epoch of the tables and changes nothing else.
/// </summary>
/// <param name="Place">Where.</param>
/// <param name="Tables">Tables of the failback.</param>
/// <param name="Revision">Revision that ordered the pause.</param>
public sealed record FenceOwners(StagingPlace Place, IReadOnlyList<string> Tables, long Revision);
