using System.Security.Cryptography;
using Failback.Cli.Commands;
using Failback.Hosting.Security;
using Microsoft.Extensions.Logging.Abstractions;
using Xunit;

namespace Failback.Tests.Cli;

/// <summary>What <c>make-jwt</c> signs, the sink accepts.</summary>
public sealed class MakeJwtCommandTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("failback-make-jwt-").FullName;

    [Theory]
    [InlineData("RSA")]
    [InlineData("nistP256")]
    [InlineData("nistP384")]
    public async Task The_token_is_good_for_what_was_named(string kind)
    {
        using AsymmetricAlgorithm key = kind == "RSA" ? RSA.Create(2048) : ECDsa.Create(ECCurve.CreateFromFriendlyName(kind));
        (string secret, string known, string token) = (
            Path.Combine(_folder, "key.pem"), Path.Combine(_folder, "public.pem"), Path.Combine(_folder, "token"));
        await File.WriteAllTextAsync(secret, key.ExportPkcs8PrivateKeyPem());
        await File.WriteAllTextAsync(known, key.ExportSubjectPublicKeyInfoPem());
        int code = await MakeJwtCommand.Create()
            .Parse(["--key", secret, "--failback", "shop", "-a", "migration_db.migration_schema", "--expires", "2h", "--issuer", "us",
                "--audience", "sinks", "--out", token]).InvokeAsync();
        Assert.Equal(0, code);
        if (!OperatingSystem.IsWindows()) Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(token));
        var verifier = new JwtVerifier(
            new JwtOptions { Keys = known, Issuer = "us", Audience = "sinks" }, TimeProvider.System, NullLogger.Instance);
        JwtOutcome outcome = await verifier.VerifyAsync((await File.ReadAllTextAsync(token)).Trim());
        Assert.Equal("", outcome.Reason);
        Assert.Equal(["shop", "/migration_db/migration_schema"], outcome.Values("failback"));
    }

    [Fact]
    public async Task A_key_that_is_none_is_refused_and_no_token_is_left()
    {
        (string secret, string token) = (Path.Combine(_folder, "no-key.pem"), Path.Combine(_folder, "no-token"));
        await File.WriteAllTextAsync(secret, "-----BEGIN NOTHING-----");
        Assert.NotEqual(0, await MakeJwtCommand.Create().Parse(["--key", secret, "--failback", "shop", "--out", token]).InvokeAsync());
        Assert.False(File.Exists(token));
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);
}
