namespace Failback.Control.Steps;

/// <summary>State of a run of steps. A run is open while it is running or stuck.</summary>
internal enum StepRunState
{
    /// <summary>Its next step is taken, or waits for a control.</summary>
    Running,

    /// <summary>A step has failed several times in a row; it is tried again.</summary>
    Stuck,

    /// <summary>Every step is done.</summary>
    Done,

    /// <summary>A step was refused, and what had to be undone is undone.</summary>
    Refused,

    /// <summary>An operator ended it between two steps; what was done stays done.</summary>
    Cancelled,

    /// <summary>A later command on the failback took its place.</summary>
    Replaced,
}
