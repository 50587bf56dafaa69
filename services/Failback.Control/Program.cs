using Failback.Control;
using Failback.Hosting;
using Failback.Hosting.Health;

WebApplicationBuilder builder = WebApplication.CreateBuilder(args);
builder.AddFailbackDefaults("control").AddFailbackControl();
if (HealthProbe.IsAsked(args))
{
    Uri address = new(builder.Configuration.GetSection(ControlOptions.Section).Get<ControlOptions>()?.Url.Split(';')[0] ?? new ControlOptions().Url);
    return await HealthProbe.RunAsync(address.Port, address.Scheme);
}

await builder.Build().UseFailbackControl().RunAsync();
return 0;
