using Failback.Hosting;
using Failback.Hosting.Health;
using Failback.Messaging.ControlPlane;
using Failback.Sink;
using Failback.Sink.Settings;

WebApplicationBuilder builder = WebApplication.CreateBuilder(args).AddFailbackDefaults("sink");
if (HealthProbe.IsAsked(args)) return await HealthProbe.RunAsync(SinkOptions.From(builder.Configuration).HealthPort);
builder.Services.AddFailbackControlPlane(
    builder.Configuration, "sink",
    new BusNeed("rows are taken by what was known before: a stop, a token or a script of since then is not followed", UnreadyAfter: null));
builder.AddSink();
WebApplication app = builder.Build();
app.UseSink();
return await app.RunServiceAsync();
