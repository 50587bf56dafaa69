using System.Text.Json;
using Failback.Contracts.Api;
using Xunit;

namespace Failback.Tests.Control;

public sealed class AuditEntryTests
{
    [Fact]
    public void A_line_tells_that_it_was_changed_also_after_it_was_stored()
    {
        AuditEntry line = Stored(Entry().Behind("before"));
        Assert.True(line.IsIntact);
        Assert.Equal("before", line.Before);
        Assert.False((line with { Caller = "somebody else" }).IsIntact);
        Assert.False((line with { Before = "" }).IsIntact);
        Assert.NotEqual(line.Hash, Entry().Behind("other").Hash);
    }

    private static AuditEntry Stored(AuditEntry line) =>
        JsonSerializer.Deserialize<AuditEntry>(JsonSerializer.Serialize(line, ApiJson.Options), ApiJson.Options)!;

    private static AuditEntry Entry() => new()
    {
        Call = "1",
        At = new DateTimeOffset(2026, 1, 2, 3, 4, 5, TimeSpan.Zero).AddTicks(1234567),
        Caller = "ci",
        Role = "operator",
        Remote = "10.0.0.1",
        Method = "POST",
        Path = "/api/v1/failbacks/shop/start",
        Failback = "shop",
        Outcome = "200",
    };
}
