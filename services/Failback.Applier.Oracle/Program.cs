using Failback.Applier.Oracle;
using Failback.Applier.Oracle.Connection;
using Failback.Apply;
using Failback.Hosting;
using Failback.Hosting.Health;

WebApplicationBuilder builder = WebApplication.CreateBuilder(args).AddFailbackDefaults("applier-oracle");
if (HealthProbe.IsAsked(args)) return await HealthProbe.RunAsync(ApplierRegistration.HealthPort(builder));
builder.AddFailbackApplier(new OracleDialect(OracleDriver.Load(OracleOptions.Folder(builder.Configuration))));
WebApplication app = builder.Build();
app.UseFailbackHealth();
return await app.RunServiceAsync();
