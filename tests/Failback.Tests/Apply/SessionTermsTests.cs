using System.Data.Common;
using Failback.Applier.Postgres;
using Failback.Apply.Dialects;
using Npgsql;
using Xunit;

namespace Failback.Tests.Apply;

/// <summary>Pool and bounds of every use of a connection.</summary>
public sealed class SessionTermsTests
{
    private const string Url = "postgres://u:p@db.example:5432/shop";
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(30);

    [Theory]
    [InlineData(ConnectionUse.Apply, 30, 5, true)]
    [InlineData(ConnectionUse.Inspect, 30, 5, false)]
    [InlineData(ConnectionUse.Letters, 30, 5, true)]
    [InlineData(ConnectionUse.Verify, null, null, false)]
    public void Every_use_has_its_bounds(ConnectionUse use, int? statement, int? idle, bool pooled)
    {
        SessionTerms terms = SessionTerms.Of(use, Timeout);
        Assert.Equal(statement, (int?)terms.Statement?.TotalSeconds);
        Assert.Equal(idle, (int?)terms.IdleInTransaction?.TotalSeconds);
        Assert.Equal(TimeSpan.FromSeconds(24), terms.Lock); // waiting for a lock is told from working
        Assert.Equal(pooled, terms.IsPooled);
    }

    [Fact]
    public void No_two_uses_share_a_pool()
    {
        var dialect = new PostgresDialect();
        string[] pools = [.. Enum.GetValues<ConnectionUse>().Where(use => SessionTerms.Of(use, Timeout).IsPooled).Select(use =>
        {
            using DbConnection connection = dialect.CreateConnection(Url, use, Timeout);
            return connection.ConnectionString;
        })];
        Assert.Equal(2, pools.Length);
        Assert.Distinct(pools);
    }

    [Theory]
    [InlineData(ConnectionUse.Apply, "-c statement_timeout=30000 -c lock_timeout=24000 -c idle_in_transaction_session_timeout=5000", 35)]
    [InlineData(ConnectionUse.Verify, "-c statement_timeout=0 -c lock_timeout=24000 -c idle_in_transaction_session_timeout=0", 0)]
    public void The_server_is_told_the_bounds(ConnectionUse use, string options, int commandTimeout)
    {
        using DbConnection connection = new PostgresDialect().CreateConnection(Url, use, Timeout);
        var settings = new NpgsqlConnectionStringBuilder(connection.ConnectionString);
        Assert.EndsWith(options, settings.Options, StringComparison.Ordinal);
        Assert.Equal(commandTimeout, settings.CommandTimeout);
    }
}
