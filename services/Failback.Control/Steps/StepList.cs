namespace Failback.Control.Steps;

/// <summary>Steps that share nothing and whose call has no body as answer.</summary>
internal sealed class StepList(IReadOnlyList<Step> steps) : StepWork
{
    public override IReadOnlyList<Step> Steps { get; } = steps;
}
