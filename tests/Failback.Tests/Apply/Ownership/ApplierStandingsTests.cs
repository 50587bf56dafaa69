using Failback.Apply.Groups;
using Failback.Apply.Ownership;
using Failback.Apply.Settings;
using Failback.Contracts.Control;
using Failback.Testing;
using Microsoft.Extensions.Options;
using Xunit;

namespace Failback.Tests.Apply.Ownership;

/// <summary>What a replica says of itself is what it has carried out, and what hinders it.</summary>
public sealed class ApplierStandingsTests
{
    private readonly SteppedTime _time = new(DateTimeOffset.UnixEpoch.AddDays(1));
    private readonly TargetContacts _contacts;
    private readonly ApplierStandings _standings;

    public ApplierStandingsTests()
    {
        _contacts = new TargetContacts(_time);
        _standings = new ApplierStandings(new OwnedGroups(), _contacts, Options.Create(new ApplierOptions { Replica = "a" }), _time);
    }

    [Fact]
    public void The_last_revision_that_was_carried_out_is_told_and_what_is_gone_is_not()
    {
        _standings.Follow(Spec("shop", 7, RunState.Running), isAtWork: true);
        _standings.Follow(Spec("shop", 8, RunState.Paused), isAtWork: false);
        _standings.Follow(Spec("art", 9, RunState.Running), isAtWork: false, "sealed with another key");
        ServicePulse pulse = _standings.Take("applier-postgres");
        Assert.Equal(("applier-postgres", "a"), (pulse.Service, pulse.Replica));
        Assert.Equal(
            [
                new FailbackStanding("art", 9, RunState.Running) { Problem = "sealed with another key" },
                new FailbackStanding("shop", 8, RunState.Paused),
            ],
            pulse.Failbacks);
        _standings.Keep(new HashSet<string>(StringComparer.Ordinal) { "shop" });
        Assert.Equal("shop", Assert.Single(_standings.Take("applier-postgres").Failbacks).Failback);
    }

    [Fact]
    public void The_silence_of_a_target_counts_from_the_first_question_and_only_while_it_is_asked()
    {
        _standings.Follow(Spec("shop", 7, RunState.Running), isAtWork: true);
        Assert.Null(Only().TargetSilentSeconds);
        _contacts.Expect("shop");
        _time.Step(TimeSpan.FromSeconds(12));
        _contacts.Expect("shop");
        Assert.Equal(12, Only().TargetSilentSeconds);
        _contacts.Note("shop");
        Assert.Equal(0, Only().TargetSilentSeconds);
        _contacts.Forget("shop");
        Assert.Null(Only().TargetSilentSeconds);
    }

    [Fact]
    public void A_fence_is_told_by_the_highest_revision_that_it_was_made_for()
    {
        _standings.Follow(Spec("shop", 7, RunState.Paused), isAtWork: false);
        Assert.Equal(0, Only().FencedRevision);
        _standings.Fenced("shop", 7);
        _standings.Fenced("shop", 5);
        Assert.Equal(7, Only().FencedRevision);
    }

    private FailbackStanding Only() => Assert.Single(_standings.Take("applier-postgres").Failbacks);

    private static FailbackSpec Spec(string name, long revision, RunState state) => new()
    {
        Name = name,
        Revision = revision,
        State = state,
        WebhookPath = "/" + name,
        Dialect = "postgres",
        SealedTarget = "",
        StagingSchema = "_failback_1",
        Tables = [],
        UnknownTableQueue = "q",
    };
}
