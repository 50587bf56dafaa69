using Failback.Control.Steps;

namespace Failback.Control.Preflight;

/// <summary>
/// Tells how far the checks are: the area that is being looked at, and how many of all areas are done. Every table whose values are read is
/// an area.
/// </summary>
internal sealed class CheckProgress
{
    private int _done = -1;
    private int _total;

    /// <param name="areas">Areas that are known from the beginning.</param>
    public CheckProgress(int areas) => _total = areas;

    /// <summary>Further areas have come to light.</summary>
    public void Add(int areas) => _total += areas;

    /// <summary>The area before is done, this one begins.</summary>
    public void Enter(string area) => StepProgress.Report("checking " + area, ++_done, _total);

    /// <summary>Nothing is left.</summary>
    public void End() => StepProgress.Report("checked", _done = _total, _total);
}
