using Failback.Applier.MySql;
using Failback.Apply;
using Failback.Hosting;
using Failback.Hosting.Health;

WebApplicationBuilder builder = WebApplication.CreateBuilder(args).AddFailbackDefaults("applier-mysql");
if (HealthProbe.IsAsked(args)) return await HealthProbe.RunAsync(ApplierRegistration.HealthPort(builder));
builder.AddFailbackApplier(new MySqlDialect());
WebApplication app = builder.Build();
app.UseFailbackHealth();
return await app.RunServiceAsync();
