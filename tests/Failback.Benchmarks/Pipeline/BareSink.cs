using System.Buffers;
using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Failback.Messaging.Broker;
using Failback.Messaging.Topology;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Options;
using RabbitMQ.Client;

namespace Failback.Benchmarks.Pipeline;

/// <summary>
/// What the sink is measured against, in a process of its own: reads the body over TLS, publishes it as one message to one quorum queue,
/// answers after the confirm. It looks at nothing, and has several messages unconfirmed at once.
/// </summary>
internal static class BareSink
{
    public const string Argument = "bare-sink";

    /// <summary>Runs until it is killed.</summary>
    public static async Task<int> RunAsync(int port, Uri broker, string queue)
    {
        var connections = new BrokerConnections(Options.Create(new BrokerOptions { Uri = broker }));
        await using IConnection connection = await connections.OpenAsync(Argument, CancellationToken.None);
        await TableQueueTopology.DeclareAsync(connection, [queue], new TableQueueOptions(), CancellationToken.None);
        await using IChannel channel = await connection.CreateChannelAsync(
            new CreateChannelOptions(publisherConfirmationsEnabled: true, publisherConfirmationTrackingEnabled: true));
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseKestrelHttpsConfiguration();
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.Limits.MaxRequestBodySize = null;
            kestrel.Listen(IPAddress.Loopback, port, listen => listen.UseHttps(Certificate()));
        });
        await using WebApplication app = builder.Build();
        app.MapPost("/", async (HttpRequest request) =>
        {
            int length = (int)request.ContentLength!.Value;
            byte[] body = ArrayPool<byte>.Shared.Rent(length);
            await request.Body.ReadExactlyAsync(body.AsMemory(0, length));
            await channel.BasicPublishAsync(
                "", queue, mandatory: true, new BasicProperties { Persistent = true }, body.AsMemory(0, length));
            ArrayPool<byte>.Shared.Return(body);
            return Results.Ok();
        });
        app.MapDelete("/", async () =>
        {
            await channel.QueuePurgeAsync(queue);
            return Results.Ok();
        });
        app.MapGet("/readyz", () => Results.Ok());
        await app.RunAsync();
        return 0;
    }

    private static X509Certificate2 Certificate()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=127.0.0.1", key, HashAlgorithmName.SHA256);
        DateTimeOffset now = TimeProvider.System.GetUtcNow();
        using X509Certificate2 made = request.CreateSelfSigned(now.AddDays(-1), now.AddDays(1));
        return X509CertificateLoader.LoadPkcs12(made.Export(X509ContentType.Pfx), null);
    }
}
