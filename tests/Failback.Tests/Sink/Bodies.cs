using System.Text;
using Failback.Contracts.Control;
using Failback.Sink.Reading;

namespace Failback.Tests.Sink;

/// <summary>A failback and bodies for it.</summary>
internal static class Bodies
{
    public const string Version = "1760000000123456789.0000000001";

    public static readonly FailbackSpec Spec = new()
    {
        Name = "hr",
        Revision = 1,
        State = RunState.Running,
        WebhookPath = "/hr",
        Dialect = "postgres",
        SealedTarget = "",
        StagingSchema = "staging",
        UnknownTableQueue = "unknown",
        Tables = [Route("migration_schema.employees"), Route("migration_schema.Payments"), Route("orders")],
    };

    public static TableRoute Route(string source) => new() { Source = source, Target = source, Queue = "queue of " + source };

    public static string Row(string topic = "employees", string key = "[1]", string after = "{\"id\": 1}", string updated = Version) =>
        $$"""{"after": {{after}}, "key": {{key}}, "topic": "{{topic}}", "updated": "{{updated}}"}""";

    public static string Batch(params string[] rows) => $$"""{"payload":[{{string.Join(',', rows)}}],"length":{{rows.Length}}}""";

    public static ChangefeedBody Read(string body, FailbackSpec? spec = null) => Read(Encoding.UTF8.GetBytes(body), spec);

    public static ChangefeedBody Read(byte[] body, FailbackSpec? spec = null)
    {
        spec ??= Spec;
        return ChangefeedReader.Read(body, spec, new TopicRouter(spec.Tables));
    }
}
