using Failback.Testing.Processes;
using Xunit;

namespace Failback.EndToEnd.Tests.Drift;

/// <summary>The stack of the managed changefeeds with an applier for the asked product, and a database there.</summary>
internal static class DriftStack
{
    private const string MySqlApplier = "Failback.Applier.MySql";
    private static readonly SemaphoreSlim Turn = new(1);
    private static FailbackStack? _withMySql;

    public static async Task<SqlTarget> CreateAsync(FailbackStack stack, string product)
    {
        if (product == "postgres") return await SqlTarget.CreatePostgresAsync();
        SqlTarget? target = await SqlTarget.CreateMySqlAsync("FAILBACK_TEST_MARIADB_URL");
        Assert.SkipWhen(
            target is null,
            "FAILBACK_TEST_MARIADB_URL is not set: run ./test.sh, which starts the server where its packages are to be had");
        await Turn.WaitAsync(TestContext.Current.CancellationToken);
        try
        {
            if (_withMySql != stack)
            {
                ServiceProcess applier = stack.AddApplier(MySqlApplier);
                applier.Start();
                await applier.WaitReadyAsync();
                _withMySql = stack;
            }
        }
        finally
        {
            Turn.Release();
        }

        return target!;
    }
}
