using System.Security.Cryptography;
using DotNet.Testcontainers.Builders;
using DotNet.Testcontainers.Containers;
using Failback.Applier.Oracle;
using Failback.Applier.Oracle.Connection;
using Failback.Apply.Dialects;
using Xunit;

namespace Failback.Dialects.Tests.Oracle;

/// <summary>
/// A real Oracle Free with the real driver, an owner and a user per test: in a container, or the server of FAILBACK_TEST_ORACLE_SERVER
/// (<c>oracle://SYSTEM:password@host:1521/FREEPDB1</c>). FAILBACK_TEST_ORACLE_DRIVER is a folder with ODP.NET.
/// </summary>
public sealed class OracleFreeFixture : OracleFixture
{
    private const string DriverVariable = "FAILBACK_TEST_ORACLE_DRIVER";
    private const string Image = "gvenzl/oracle-free:23-slim-faststart";
    private const string Secret = "Fb1secret";
    private const string Suffix = "_U";
    private const int Port = 1521;

    private static readonly Lazy<OracleDriver> Driver = new(() => OracleDriver.Load(Environment.GetEnvironmentVariable(DriverVariable)!));
    private static readonly Lazy<Task<Uri>> Server = new(StartAsync);

    public override ITargetDialect Dialect => new OracleDialect(Driver.Value);

    public override string Schema(string url) => User(url)[..^Suffix.Length];

    protected override async Task<Uri> ServerAsync()
    {
        Assert.SkipWhen(
            string.IsNullOrEmpty(Environment.GetEnvironmentVariable(DriverVariable)),
            $"{DriverVariable} is not set: a folder with ODP.NET is needed (dotnet publish deploy/oracle-driver), and Docker with {Image}");
        return await Server.Value;
    }

    protected override (string Database, string Owner, string User) Names(Uri server)
    {
        string owner = "FB_" + RandomNumberGenerator.GetHexString(10);
        return (server.ToString(), owner, owner + Suffix);
    }

    /// <summary>The container ends with the test run: Testcontainers' own reaper removes it.</summary>
    private static async Task<Uri> StartAsync()
    {
        if (Environment.GetEnvironmentVariable("FAILBACK_TEST_ORACLE_SERVER") is { Length: > 0 } url) return new Uri(url);
        IContainer container = new ContainerBuilder(Image)
            .WithEnvironment("ORACLE_PASSWORD", Secret)
            .WithPortBinding(Port, assignRandomHostPort: true)
            .WithWaitStrategy(Wait.ForUnixContainer().UntilMessageIsLogged("DATABASE IS READY TO USE!"))
            .Build();
        await container.StartAsync();
        return new Uri($"oracle://SYSTEM:{Secret}@{container.Hostname}:{container.GetMappedPublicPort(Port)}/FREEPDB1");
    }
}
