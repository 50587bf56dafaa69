using Failback.Messaging.ControlPlane;
using Failback.Testing;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Xunit;

namespace Failback.Tests.ControlPlane;

/// <summary>Without a control plane a process says what it cannot do; after a while those that need it are not ready.</summary>
public sealed class ControlPlaneCheckTests
{
    private readonly SteppedTime _time = new(DateTimeOffset.UnixEpoch.AddDays(1));

    /// <summary>Seconds of the outage (negative: none), seconds from which the process is not ready (negative: never).</summary>
    [Theory]
    [InlineData(-1, 15, HealthStatus.Healthy)]
    [InlineData(1, 15, HealthStatus.Degraded)]
    [InlineData(15, 15, HealthStatus.Degraded)]
    [InlineData(16, 15, HealthStatus.Unhealthy)]
    [InlineData(3600, -1, HealthStatus.Degraded)]
    public async Task An_outage_is_degraded_first_and_unready_later(int outage, int unreadyAfter, HealthStatus status)
    {
        var state = new BusState(_time);
        state.Up();
        if (outage >= 0)
        {
            state.Down("the broker refuses the login");
            _time.Step(TimeSpan.FromSeconds(outage));
        }

        var need = new BusNeed("orders wait", unreadyAfter < 0 ? null : TimeSpan.FromSeconds(unreadyAfter));
        HealthCheckResult found = await new ControlPlaneCheck(state, _time, need).CheckHealthAsync(
            new HealthCheckContext(), TestContext.Current.CancellationToken);
        Assert.Equal(status, found.Status);
        if (outage < 0) return;
        Assert.Equal("the broker refuses the login, since 1970-01-02 00:00:00Z; orders wait", found.Description);
    }

    [Fact]
    public void An_outage_keeps_its_beginning_whatever_its_reason_and_ends_at_once()
    {
        var state = new BusState(_time);
        Assert.NotNull(state.DownSince);
        state.Up();
        DateTimeOffset up = _time.GetUtcNow();
        _time.Step(TimeSpan.FromSeconds(5));
        state.Up();
        Assert.Equal((up, null, null), (state.UpSince, state.DownSince, state.Problem));
        state.Down("first");
        DateTimeOffset down = _time.GetUtcNow();
        _time.Step(TimeSpan.FromSeconds(5));
        state.Down("second");
        Assert.Equal((null, down, "second"), (state.UpSince, state.DownSince, state.Problem));
        state.Up();
        Assert.Equal((_time.GetUtcNow(), null, null), (state.UpSince, state.DownSince, state.Problem));
    }
}
