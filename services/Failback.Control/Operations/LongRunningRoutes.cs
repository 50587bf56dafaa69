using Failback.Contracts.Api;
using Failback.Control.Api;

namespace Failback.Control.Operations;

/// <summary>Says at a route that its call may run as an operation.</summary>
internal static class LongRunningRoutes
{
    /// <summary>Documents the answer 202 with the operation and the refusal of too many.</summary>
    public static RouteHandlerBuilder RunsLong(this RouteHandlerBuilder route) =>
        route.Produces<Operation>(202).WithMetadata(LongRunning.Mark).Problems("too_many_operations");
}
