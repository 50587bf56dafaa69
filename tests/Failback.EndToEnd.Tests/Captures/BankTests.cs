using Failback.Testing.Processes;
using Npgsql;
using Xunit;

namespace Failback.EndToEnd.Tests.Captures;

/// <summary>Money moves between twenty accounts: whoever looks at the target at any moment finds all of it.</summary>
public sealed class BankTests(StackFixture fixture, ITestOutputHelper output) : IClassFixture<StackFixture>
{
    private const long Total = 20_000;
    private const long StartBalance = 1_000;

    [Fact]
    public async Task A_reader_never_sees_another_sum_nor_half_a_transaction()
    {
        await using CaptureRun run = await CaptureRun.PrepareAsync(fixture.Stack, "i_bank");
        using var stop = new CancellationTokenSource();
        Task<(int Looks, int States, List<string> Wrong)> reader = WatchAsync(run.Database, stop.Token);
        // At the pace of the recording windows would be single; without any pause they are joined into a few.
        await run.ReplayAsync(_ => Task.Delay(40));
        await run.VerifyAsync();
        await stop.CancelAsync();
        (int looks, int states, List<string> wrong) = await reader;
        output.WriteLine($"{looks} looks at {states} different states");
        Assert.Empty(wrong.Take(10));
        Assert.True(states > 3, $"only {states} states were seen");
    }

    private static async Task<(int Looks, int States, List<string> Wrong)> WatchAsync(TestDatabase database, CancellationToken stop)
    {
        await using var connection = new NpgsqlConnection(database.ConnectionString);
        await connection.OpenAsync(CancellationToken.None);
        // Each account must have exactly what the transfers that can be seen make of it: a half transaction breaks that.
        await using var look = new NpgsqlCommand("""
            select count(*), coalesce(sum(balance), 0), coalesce(sum(moves), 0), (select count(*) from transfers),
              coalesce(count(*) filter (where balance <> 1000 + coalesce((select sum(amount) from transfers t where t.dst = a.id), 0)
                - coalesce((select sum(amount) from transfers t where t.src = a.id), 0)), 0)
            from accounts a
            """, connection);
        int looks = 0;
        var states = new HashSet<(long, long)>();
        List<string> wrong = [];
        while (!stop.IsCancellationRequested)
        {
            await using (NpgsqlDataReader row = await look.ExecuteReaderAsync(CancellationToken.None))
            {
                await row.ReadAsync(CancellationToken.None);
                (long accounts, decimal sum, decimal moves, long transfers, long broken) = (
                    row.GetInt64(0), row.GetDecimal(1), row.GetDecimal(2), row.GetInt64(3), row.GetInt64(4));
                looks++;
                states.Add(((long)moves, transfers));
                if (accounts > 0 && sum != Total) wrong.Add($"{accounts} accounts hold {sum}");
                if (accounts > 0 && sum != accounts * StartBalance) wrong.Add($"{accounts} accounts hold {sum}");
                if (broken > 0) wrong.Add($"{broken} accounts do not agree with the {transfers} transfers");
            }

            await Task.Delay(1, CancellationToken.None);
        }

        return (looks, states.Count, wrong);
    }
}
