using System.Text.Json;
using Failback.Contracts.Api;
using Failback.Contracts.Words;
using Failback.Control.Preflight;
using Xunit;

namespace Failback.Tests.Control.Preflight;

/// <summary>What the broker's management API tells about the queues of a failback.</summary>
public sealed class BrokerCheckTests
{
    private const string Queue = "fb.shop.1.public.orders";

    [Theory]
    [InlineData("""{"message-ttl": 1000}""", "error", "message-ttl drops rows that wait")]
    [InlineData("""{"expires": 1000}""", "error", "expires deletes")]
    [InlineData("""{"delivery-limit": 20}""", "error", "delivery-limit drops")]
    [InlineData("""{"delivery-limit": -1}""", "", "")]
    [InlineData("""{"overflow": "drop-head", "max-length": 10}""", "error", "overflow drops the oldest")]
    [InlineData("""{"overflow": "reject-publish"}""", "", "")]
    [InlineData("""{"max-length-bytes": 10}""", "warning", "max-length-bytes makes a queue refuse earlier")]
    [InlineData("""{"dead-letter-exchange": "x"}""", "warning", "dead-letter-exchange moves")]
    [InlineData("""{"queue-leader-locator": "balanced"}""", "", "")]
    public void A_policy_is_judged_by_what_it_does_to_rows(string definition, string severity, string effect)
    {
        Check[] checks = [.. BrokerChecks.Policies(Policies(("p", "^fb", 0, definition)), [Queue], "operator_policy", "/")];
        if (severity.Length == 0)
        {
            Assert.Empty(checks);
            return;
        }

        Check check = Assert.Single(checks);
        Assert.Equal(
            ("queue_policy", severity, "rabbitmqctl clear_operator_policy -p / p"),
            (check.Code, check.Severity.ToString().ToLowerInvariant(), check.Fix));
        Assert.Contains(effect, check.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Only_the_policy_of_the_highest_priority_that_matches_takes_effect()
    {
        JsonElement policies = Policies(
            ("low", "^fb", 1, """{"message-ttl": 1}"""), ("high", "orders$", 2, """{"queue-leader-locator": "balanced"}"""),
            ("elsewhere", "^other", 9, """{"expires": 1}"""), ("broken", "(", 9, """{"expires": 1}"""));
        Assert.Empty(BrokerChecks.Policies(policies, [Queue], "policy", "/"));
        Check check = Assert.Single(BrokerChecks.Policies(policies, [Queue, "fb.shop.1.public.items"], "policy", "a host"));
        Assert.Equal("rabbitmqctl clear_policy -p 'a host' low", check.Fix);
    }

    [Theory]
    [InlineData("3.9.29", "broker_too_old")]
    [InlineData("3.10.8", "broker_old")]
    [InlineData("3.13.7", "broker_old")]
    [InlineData("4.0.5", "")]
    [InlineData("4.3.0", "")]
    public void A_release_of_the_broker_is_held_against_what_was_tried(string version, string code) =>
        Assert.Equal(code, string.Join(' ', BrokerChecks.Release(Version.Parse(version)).Select(check => check.Code)));

    [Fact]
    public void Alarms_are_errors()
    {
        JsonElement nodes = JsonSerializer.Deserialize<JsonElement>(
            """[{"name": "rabbit@a", "mem_alarm": true, "disk_free_alarm": false}, {"name": "rabbit@b", "mem_alarm": false, "disk_free_alarm": true}]""");
        Assert.Equal(["broker_memory_alarm", "broker_disk_alarm"], BrokerChecks.Alarms(nodes).Select(check => check.Code));
        Assert.All(BrokerChecks.Alarms(nodes), check => Assert.Equal(Severity.Error, check.Severity));
    }

    private static JsonElement Policies(params (string Name, string Pattern, int Priority, string Definition)[] policies) =>
        JsonSerializer.Deserialize<JsonElement>(
        "[" + string.Join(
            ',', policies.Select(
                policy =>
                $$"""{"name": "{{policy.Name}}", "pattern": "{{policy.Pattern}}", "apply-to": "queues", "priority": {{policy.Priority}}, "definition": {{policy.Definition}}}""")) + "]");
}
