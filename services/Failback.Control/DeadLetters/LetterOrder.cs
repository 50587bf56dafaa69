using Failback.Contracts.Control;

namespace Failback.Control.DeadLetters;

/// <summary>What is to be done with letters.</summary>
/// <param name="Action">The act.</param>
/// <param name="Reason">Why, for a discard.</param>
/// <param name="By">Who asks for it.</param>
internal sealed record LetterOrder(LetterAction Action, string Reason, string By)
{
    private const string Unnamed = "api";

    public static LetterOrder Of(LetterAction action, HttpContext context, string reason = "") =>
        new(action, reason, context.User.Identity?.Name is { Length: > 0 } name ? name : Unnamed);
}
