using System.Text.Json.Nodes;
using Failback.Contracts.Control;
using Failback.Messaging.ControlPlane;
using Failback.Testing.Processes;
using Xunit;

namespace Failback.EndToEnd.Tests.Faults;

/// <summary>Questions to the owner of a group, with three appliers: the owner answers, and no other.</summary>
[Collection(FaultedStackCollection.Name)]
public sealed class OwnerQuestionTests(FaultedStack faulted)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(5);

    [Fact]
    public async Task Exactly_one_replica_answers_and_it_is_the_owner()
    {
        await using TestDatabase database = await faulted.CreateDatabaseAsync();
        await using SteadyFeed feed = await SteadyFeed.StartAsync(faulted, database, "asked");
        await using QuestionCaller caller = await QuestionCaller.StartAsync(faulted.Stack.Broker.Uri);
        string owner = await OwnerAsync(feed);
        var question = new GroupStateNow(new GroupAddress("asked", "asked.counter"));
        GroupState state = await caller.Appliers.AskOwnerAsync<GroupStateNow, GroupState>(question, null, Patience, CancellationToken.None);
        Assert.Equal(owner, state.Replica);
        Assert.Equal(["asked.counter", "asked.event"], state.Tables.Select(t => t.Table).Order(StringComparer.Ordinal));
        Assert.All(state.Tables, t => Assert.True(t.Epoch > 0 && t.Revision > 0, t.ToString()));

        await using StrangeQuestion strange = await StrangeQuestion.OpenAsync(faulted.Stack.Broker.Uri);
        // Repeated until it is answered, as the client does: an owner whose session breaks just then drops the question.
        await Wait.UntilAsync(
            async () =>
            {
                await strange.PublishAsync("Failback.Contracts.Control:GroupStateNow", new GroupStateNow(new GroupAddress("asked")));
                await Task.Delay(TimeSpan.FromSeconds(2));
                return strange.Answers.Count > 0;
            },
            Patience,
            () => "nothing answered");
        // The others have had the question as long as the owner, and need no pause to answer in.
        await Task.Delay(Soon);
        JsonNode answer = Assert.Single(strange.Answers);
        Assert.Equal(owner, (string?)answer["replica"]);
        Assert.Empty(await feed.FinishAsync(Patience));
    }

    [Fact]
    public async Task Killed_during_the_question_the_owner_is_named_or_the_next_one_answers()
    {
        await using TestDatabase database = await faulted.CreateDatabaseAsync();
        await using SteadyFeed feed = await SteadyFeed.StartAsync(faulted, database, "orphaned");
        await using QuestionCaller caller = await QuestionCaller.StartAsync(faulted.Stack.Broker.Uri);
        string owner = await OwnerAsync(feed);
        ServiceProcess process = faulted.Stack.Appliers.Single(a => a.Name == owner);
        var question = new GroupStateNow(new GroupAddress("orphaned"));
        process.Freeze();
        try
        {
            NoAnswerException silent = await Assert.ThrowsAsync<NoAnswerException>(
                () => caller.Appliers.AskOwnerAsync<GroupStateNow, GroupState>(
                    question, owner, TimeSpan.FromSeconds(1), CancellationToken.None));
            Assert.Contains(owner, silent.Message, StringComparison.Ordinal);
            Task<GroupState> asked = caller.Appliers.AskOwnerAsync<GroupStateNow, GroupState>(
                question, owner, Patience, CancellationToken.None);
            await process.KillAsync();
            GroupState state = await asked;
            Assert.NotEqual(owner, state.Replica);
            Assert.Equal((await feed.OwnerAsync()).Owner, state.Replica);
        }
        finally
        {
            if (process.IsRunning) process.Continue();
            else process.Start();
            await process.WaitReadyAsync();
        }

        Assert.Empty(await feed.FinishAsync(Patience));
    }

    [Fact]
    public async Task A_group_without_an_owner_is_a_clear_failure()
    {
        await using QuestionCaller caller = await QuestionCaller.StartAsync(faulted.Stack.Broker.Uri);
        var question = new GroupStateNow(new GroupAddress("not-there", "s.t"));
        NoAnswerException silent = await Assert.ThrowsAsync<NoAnswerException>(
            () => caller.Appliers.AskOwnerAsync<GroupStateNow, GroupState>(
                question, null, TimeSpan.FromSeconds(3), CancellationToken.None));
        Assert.Equal("no owner of s.t of failback not-there answered within 3 s", silent.Message);
    }

    /// <summary>Waits until a replica has committed.</summary>
    private static async Task<string> OwnerAsync(SteadyFeed feed)
    {
        string owner = "";
        await Wait.UntilAsync(async () =>
        {
            (owner, long commits) = await feed.OwnerAsync();
            return owner.Length > 0 && commits > 2 && await feed.MembersAsync() == 3;
        }, Patience, () => "nothing was committed");
        return owner;
    }
}
