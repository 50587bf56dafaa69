using System.Collections.Concurrent;
using System.Net;
using System.Text;
using Failback.Testing.Processes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Logging;

namespace Failback.EndToEnd.Tests.Deployment;

/// <summary>A collector in this process: takes traces by OTLP over HTTP and keeps them, and the bytes as they came.</summary>
internal sealed class TraceCollector : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly ConcurrentQueue<SeenSpan> _spans = new();
    private readonly ConcurrentQueue<string> _raw = new();

    private TraceCollector(int port)
    {
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(
            kestrel => kestrel.Listen(IPAddress.Loopback, port, listen => listen.Protocols = HttpProtocols.Http1));
        _app = builder.Build();
        _app.MapPost("/v1/traces", TakeAsync);
        Address = $"http://127.0.0.1:{port}";
    }

    public string Address { get; }

    public IReadOnlyCollection<SeenSpan> Spans => _spans;

    /// <summary>All that came, as text.</summary>
    public string Raw => string.Join('\n', _raw);

    /// <summary>Settings by which a service sends its traces here, without waiting long.</summary>
    public Dictionary<string, string> Settings => new(StringComparer.Ordinal)
    {
        ["OTEL_EXPORTER_OTLP_ENDPOINT"] = Address,
        ["OTEL_EXPORTER_OTLP_PROTOCOL"] = "http/protobuf",
        ["OTEL_BSP_SCHEDULE_DELAY"] = "200",
    };

    public static async Task<TraceCollector> StartAsync()
    {
        var collector = new TraceCollector(Ports.Next());
        await collector._app.StartAsync();
        return collector;
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    private async Task TakeAsync(HttpContext context)
    {
        using var body = new MemoryStream();
        await context.Request.Body.CopyToAsync(body);
        byte[] bytes = body.ToArray();
        _raw.Enqueue(Encoding.Latin1.GetString(bytes));
        foreach (ReadOnlyMemory<byte> resource in All(bytes, 1))
        {
            string service = All(All(resource, 1).Single(), 1).Where(attribute => Text(attribute, 1) == "service.name")
                .Select(attribute => Text(All(attribute, 2).Single(), 1)).Single();
            foreach (ReadOnlyMemory<byte> span in All(resource, 2).SelectMany(scope => All(scope, 2)))
                _spans.Enqueue(SpanOf(service, span));
        }

        context.Response.ContentType = "application/x-protobuf";
    }

    private static SeenSpan SpanOf(string service, ReadOnlyMemory<byte> span) => new(
        service, Text(span, 5), Hex(span, 1), Hex(span, 2), Hex(span, 4), [.. All(span, 13).Select(link => Hex(link, 1))],
        Number(span, 7), Number(span, 8));

    private static IEnumerable<ReadOnlyMemory<byte>> All(ReadOnlyMemory<byte> message, int number) =>
        ProtobufFields.Read(message).Where(field => field.Number == number).Select(field => field.Bytes);

    private static string Text(ReadOnlyMemory<byte> message, int number) =>
        Encoding.UTF8.GetString(All(message, number).FirstOrDefault().Span);

    private static string Hex(ReadOnlyMemory<byte> message, int number) =>
        Convert.ToHexStringLower(All(message, number).FirstOrDefault().Span);

    private static ulong Number(ReadOnlyMemory<byte> message, int number) =>
        ProtobufFields.Read(message).First(field => field.Number == number).Value;
}
