using Failback.Control;
using Failback.Control.Settings;
using Failback.Hosting;
using Failback.Hosting.Health;

WebApplicationBuilder builder = WebApplication.CreateBuilder(args);
builder.AddFailbackDefaults("control").AddFailbackControl();
if (HealthProbe.IsAsked(args))
{
    BindingAddress address = BindingAddress.Parse(
        (builder.Configuration.GetSection(ControlOptions.Section).Get<ControlOptions>() ?? new ControlOptions()).Url.Split(';')[0]);
    return await HealthProbe.RunAsync(address.Port, address.Scheme);
}

return await builder.Build().UseFailbackControl().RunServiceAsync();
