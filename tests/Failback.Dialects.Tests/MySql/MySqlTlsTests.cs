using System.Data.Common;
using Failback.Apply.Dialects;
using Failback.Apply.Failures;
using Xunit;

namespace Failback.Dialects.Tests.MySql;

/// <summary>MySQL makes itself a certificate that nobody vouches for.</summary>
public sealed class MySqlTlsTests
{
    private readonly MySqlFixture _fixture = new();

    [Theory]
    [InlineData("sslmode=disable", "")]
    [InlineData("", "TLS")]
    [InlineData("sslmode=require", "TLS")]
    public async Task A_connection_is_encrypted_as_its_URL_says(string parameters, string cipher)
    {
        await using DbConnection connection = _fixture.Dialect.CreateConnection(
            await _fixture.CreateAsync() + "?" + parameters, ConnectionUse.Apply, TimeSpan.FromSeconds(10));
        await connection.OpenAsync();
        await using DbCommand command = connection.CreateCommand();
        command.CommandText = "SHOW SESSION STATUS LIKE 'Ssl_version'";
        await using DbDataReader row = await command.ExecuteReaderAsync();
        Assert.True(await row.ReadAsync());
        Assert.StartsWith(cipher, row.GetString(1), StringComparison.Ordinal);
        Assert.Equal(cipher.Length == 0, row.GetString(1).Length == 0);
        _fixture.Dialect.ClearPool(connection);
    }

    [Theory]
    [InlineData("sslmode=verify-ca")]
    [InlineData("sslmode=verify-full")]
    public async Task A_certificate_that_nobody_vouches_for_is_refused(string parameters)
    {
        await using DbConnection connection = _fixture.Dialect.CreateConnection(
            await _fixture.CreateAsync() + "?" + parameters, ConnectionUse.Apply, TimeSpan.FromSeconds(10));
        Exception error = await Assert.ThrowsAnyAsync<Exception>(() => connection.OpenAsync());
        Assert.Equal(FailureKind.Transient, _fixture.Dialect.Classify(error).Kind);
        _fixture.Dialect.ClearPool(connection);
    }
}
