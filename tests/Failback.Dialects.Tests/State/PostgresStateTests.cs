using Failback.Control.Storage;
using Npgsql;
using Xunit;

namespace Failback.Dialects.Tests.State;

public sealed class PostgresStateTests(PostgresStateFixture fixture) : StateSuite(fixture), IClassFixture<PostgresStateFixture>
{
    [Fact]
    public async Task A_lock_is_free_when_the_session_that_held_it_has_ended()
    {
        string place = await fixture.CreateAsync();
        using ControlDatabase one = StateRecords.Open(place), other = StateRecords.Open(place);
        Assert.True(await one.Locks.HoldAsync("x", default));
        other.Query(
            row => row.GetBoolean(0),
            "SELECT pg_terminate_backend(pid) FROM pg_locks WHERE locktype = 'advisory' AND database = (SELECT oid FROM pg_database "
                + "WHERE datname = current_database())");
        await Failback.Testing.Processes.Wait.UntilAsync(
            () => other.Locks.HoldAsync("x", default), TimeSpan.FromSeconds(5), () => "the lock is still held");
        await Assert.ThrowsAnyAsync<NpgsqlException>(() => one.Locks.HoldAsync("x", default));
        Assert.False(await one.Locks.HoldAsync("x", default));
    }

    [Fact]
    public async Task The_session_of_the_locks_ends_by_itself_when_its_process_says_nothing()
    {
        string place = await fixture.CreateAsync();
        using ControlDatabase one = StateRecords.Open(place), other = StateRecords.Open(place);
        Assert.True(await one.Locks.HoldAsync("x", default));
        await Failback.Testing.Processes.Wait.UntilAsync(
            () => other.Locks.HoldAsync("x", default), TimeSpan.FromSeconds(15), () => "the lock is still held");
    }
}
