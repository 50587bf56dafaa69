using System.Text.Json;
using System.Text.RegularExpressions;
using Failback.Contracts.Api;
using Failback.Contracts.Words;
using Failback.Control.Fleet;

namespace Failback.Control.Preflight;

/// <summary>
/// Looks at RabbitMQ: its release, its alarms, and policies that would make the queues of a failback lose or refuse messages.
/// </summary>
internal sealed class BrokerChecks(TableQueues tableQueues, BrokerManagement management)
{
    private static readonly Version Least = new(3, 10);
    private static readonly Version Recommended = new(4, 0);

    /// <param name="queues">Queues that the failback has or will have.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="Api.ApiException">The broker does not answer.</exception>
    public async Task<IReadOnlyList<Check>> RunAsync(IReadOnlyList<string> queues, CancellationToken cancellationToken)
    {
        var checks = new List<Check>(Release(await tableQueues.VersionAsync(cancellationToken)));
        try
        {
            (JsonElement policies, JsonElement operators, JsonElement nodes) = await management.ReadAsync(cancellationToken);
            checks.AddRange(Alarms(nodes));
            checks.AddRange(Policies(policies, queues, "policy", management.VirtualHost));
            checks.AddRange(Policies(operators, queues, "operator_policy", management.VirtualHost));
        }
        catch (Exception e)
        when (!cancellationToken.IsCancellationRequested && e is HttpRequestException or JsonException or OperationCanceledException)
        {
            checks.Add(
                Of(PreflightCodes.PoliciesNotChecked, Severity.Info,
                    "the management API of the broker does not answer, or does not let its user in: policies and alarms were not looked at",
                "rabbitmq-plugins enable rabbitmq_management; its address: Failback__Control__BrokerManagementUrl"));
        }

        return checks;
    }

    /// <summary>What a release of the broker means.</summary>
    internal static IEnumerable<Check> Release(Version version)
    {
        if (version < Least)
            yield return Of(
                PreflightCodes.BrokerTooOld, Severity.Error, $"RabbitMQ {version}: quorum queues that keep the order need {Least} or later",
                $"upgrade RabbitMQ to {Recommended} or later");
        else if (version < Recommended)
            yield return Of(
                PreflightCodes.BrokerOld, Severity.Warning,
                $"RabbitMQ {version} is no longer maintained; after a crash a queue that is handed over serves only one reader",
                $"upgrade RabbitMQ to {Recommended} or later");
    }

    internal static IEnumerable<Check> Alarms(JsonElement nodes)
    {
        foreach (JsonElement node in nodes.EnumerateArray())
        {
            string name = node.GetProperty("name").GetString()!;
            if (node.TryGetProperty("mem_alarm", out JsonElement memory) && memory.ValueKind == JsonValueKind.True)
                yield return Of(
                    PreflightCodes.BrokerMemoryAlarm, Severity.Error,
                    $"{name} is out of memory and takes no messages: the changefeed would wait",
                    "rabbitmqctl set_vm_memory_high_watermark 0.6");
            if (node.TryGetProperty("disk_free_alarm", out JsonElement disk) && disk.ValueKind == JsonValueKind.True)
                yield return Of(
                    PreflightCodes.BrokerDiskAlarm, Severity.Error,
                    $"{name} is out of disk space and takes no messages: the changefeed would wait; free some, or lower the limit",
                    "rabbitmqctl set_disk_free_limit 500MB");
        }
    }

    /// <summary>Policies that take effect on some of the queues: of those that match one, that of the highest priority.</summary>
    internal static IEnumerable<Check> Policies(JsonElement policies, IReadOnlyList<string> queues, string kind, string host)
    {
        JsonElement[] fitting = [
            .. policies.EnumerateArray()
                .Where(policy => policy.GetProperty("apply-to").GetString() is "all" or "queues" or "quorum_queues")];
        foreach (JsonElement policy in queues.Select(
            queue => fitting.Where(policy => Matches(policy, queue)).Cast<JsonElement?>()
            .MaxBy(policy => policy!.Value.GetProperty("priority").GetInt64())).OfType<JsonElement>()
            .DistinctBy(Name, StringComparer.Ordinal))
        {
            string[] effects = [.. policy.GetProperty("definition").EnumerateObject().Select(Effect).OfType<string>()];
            if (effects.Length == 0) continue;
            bool loses = policy.GetProperty("definition").EnumerateObject().Any(Loses);
            yield return Of(
                PreflightCodes.QueuePolicy, loses
                ? Severity.Error
                : Severity.Warning,
                $"the {kind.Replace('_', ' ')} {Name(policy)} changes the queues of this failback: {string.Join(", ", effects)}",
                $"rabbitmqctl clear_{kind} -p {Quoted(host)} {Quoted(Name(policy))}");
        }
    }

    private static string Name(JsonElement policy) => policy.GetProperty("name").GetString()!;

    // RabbitMQ's patterns are PCRE; one that .NET does not read is not taken for a match.
    private static bool Matches(JsonElement policy, string queue)
    {
        try
        {
            return Regex.IsMatch(queue, policy.GetProperty("pattern").GetString()!, RegexOptions.None, TimeSpan.FromSeconds(1));
        }
        catch (Exception e) when (e is ArgumentException or RegexMatchTimeoutException)
        {
            return false;
        }
    }

    private static string? Effect(JsonProperty key) => key.Name switch
    {
        "message-ttl" => "message-ttl drops rows that wait",
        "expires" => "expires deletes a queue that nobody reads for a while",
        "delivery-limit" when Loses(key) => "delivery-limit drops rows after some crashes of an applier",
        "overflow" when Loses(key) => "overflow drops the oldest rows of a full queue",
        "max-length" or "max-length-bytes" => $"{key.Name} makes a queue refuse earlier",
        "dead-letter-exchange" or "dead-letter-routing-key" => $"{key.Name} moves rows that are dropped to where nobody applies them",
        _ => null,
    };

    private static bool Loses(JsonProperty key) => key.Name switch
    {
        "message-ttl" or "expires" => true,
        "delivery-limit" => key.Value.ValueKind == JsonValueKind.Number && key.Value.GetInt64() >= 0,
        "overflow" => key.Value.ValueKind == JsonValueKind.String
            && !string.Equals(key.Value.GetString(), "reject-publish", StringComparison.Ordinal),
        _ => false,
    };

    private static string Quoted(string text) =>
        text.All(c => char.IsAsciiLetterOrDigit(c) || c is '/' or '-' or '_' or '.')
        ? text
        : "'" + text.Replace("'", "'\\''", StringComparison.Ordinal) + "'";

    private static Check Of(string code, Severity severity, string message, string fix) =>
        new(code, severity, "broker", null, message, fix);
}
