namespace Failback.Demo;

/// <summary>Where the running stack is; the lines of <c>./run.sh env</c>.</summary>
/// <param name="ControlUrl">REST API.</param>
/// <param name="ApiToken">Its bearer token; empty: none.</param>
/// <param name="SinkUrl">Webhook, https.</param>
/// <param name="PostgresUrl">A superuser of the server on which the demo makes its database.</param>
/// <param name="TargetServerUrl">The same server as the applier reaches it; in containers another host name.</param>
internal sealed record DemoSettings(Uri ControlUrl, string ApiToken, Uri SinkUrl, string PostgresUrl, string TargetServerUrl)
{
    public static bool TryRead(out DemoSettings? settings, out string missing)
    {
        string?[] values = [
            .. ((string[])["FAILBACK_CONTROL_URL", "FAILBACK_SINK_URL", "FAILBACK_POSTGRES_URL"]).Select(
                Environment.GetEnvironmentVariable)];
        int absent = Array.FindIndex(values, string.IsNullOrEmpty);
        missing = absent < 0 ? "" : ((string[])["FAILBACK_CONTROL_URL", "FAILBACK_SINK_URL", "FAILBACK_POSTGRES_URL"])[absent];
        settings = absent >= 0
            ? null
            : new DemoSettings(
                new Uri(values[0]!),
                Environment.GetEnvironmentVariable("FAILBACK_API_TOKEN") ?? "",
                new Uri(values[1]!),
                values[2]!,
                Environment.GetEnvironmentVariable("FAILBACK_DEMO_TARGET_URL") is { Length: > 0 } url ? url : values[2]!);
        return absent < 0;
    }
}
