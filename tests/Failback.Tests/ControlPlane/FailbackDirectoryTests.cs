using Failback.Contracts.Control;
using Failback.Messaging.ControlPlane;
using Microsoft.Extensions.Logging.Abstractions;
using Xunit;

namespace Failback.Tests.ControlPlane;

public sealed class FailbackDirectoryTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("failback-directory").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void Takes_only_higher_revisions()
    {
        FailbackDirectory directory = Open();
        directory.Apply(Spec("a", 5, RunState.Running));
        directory.Apply(Spec("a", 4, RunState.Stopped));
        directory.Apply(Spec("a", 5, RunState.Paused));
        Assert.Equal(RunState.Running, directory.Find("a")!.State);
        directory.Apply(Spec("a", 6, RunState.Paused));
        Assert.Equal(RunState.Paused, directory.Find("a")!.State);
    }

    [Fact]
    public void Is_loaded_once_control_has_answered_even_with_nothing()
    {
        FailbackDirectory directory = Open();
        int changes = 0;
        directory.Changed += () => changes++;
        Assert.False(directory.Loaded);
        directory.Apply(new FailbackList([], 0));
        Assert.True(directory.Loaded);
        directory.Apply(new FailbackList([], 0));
        Assert.Equal(1, changes);
    }

    [Fact]
    public void Drops_what_a_newer_list_lacks_and_keeps_what_an_older_one_cannot_know()
    {
        FailbackDirectory directory = Open();
        directory.Apply(Spec("old", 5, RunState.Running));
        directory.Apply(Spec("new", 9, RunState.Running));
        directory.Apply(new FailbackList([], 7));
        Assert.Equal(["new"], directory.Current.Select(spec => spec.Name));
    }

    [Fact]
    public void A_deleted_failback_is_not_brought_back_by_late_news_but_by_a_new_definition()
    {
        FailbackDirectory directory = Open();
        directory.Apply(Spec("a", 5, RunState.Running));
        directory.Apply(Spec("a", 8, RunState.Deleted));
        directory.Apply(new FailbackList([Spec("a", 5, RunState.Running)], 7));
        Assert.Empty(directory.Current);
        directory.Apply(Spec("a", 9, RunState.Created));
        Assert.Single(directory.Current);
    }

    [Fact]
    public void Serves_after_a_restart_what_it_knew_before()
    {
        FailbackDirectory before = Open();
        before.Apply(Spec("a", 5, RunState.Running));
        before.Apply(Spec("b", 6, RunState.Paused));
        before.Apply(Spec("a", 7, RunState.Stopped));

        FailbackDirectory after = Open();
        Assert.True(after.Loaded);
        Assert.Equal(
            [("a", 7L, RunState.Stopped), ("b", 6L, RunState.Paused)], after.Current.OrderBy(spec => spec.Name)
            .Select(spec => (spec.Name, spec.Revision, spec.State)));
        Assert.Equal("s.t", after.Find("b")!.Tables.Single().Target);
        Assert.Equal(TimeSpan.FromMinutes(5), after.Find("b")!.BestEffortWindow);
        Assert.Empty(Directory.GetFiles(_folder, "*.tmp"));
    }

    [Fact]
    public void Starts_empty_when_the_cache_file_is_damaged()
    {
        File.WriteAllText(Path.Combine(_folder, "failbacks-test.json"), "{ \"Failbacks\": [ { \"Na");
        FailbackDirectory directory = Open();
        Assert.False(directory.Loaded);
        directory.Apply(Spec("a", 1, RunState.Running));
        Assert.Single(Open().Current);
    }

    private FailbackDirectory Open() => new(new DirectoryCache(_folder, "test"), NullLogger<FailbackDirectory>.Instance);

    private static FailbackSpec Spec(string name, long revision, RunState state) => new()
    {
        Name = name,
        Revision = revision,
        State = state,
        WebhookPath = "/" + name,
        Dialect = "postgres",
        SealedTarget = "sealed",
        StagingSchema = "_failback_1",
        Tables = [new TableRoute { Source = "s.t", Target = "s.t", Queue = "q", SourceKey = ["id"] }],
        UnknownTableQueue = "u",
        BestEffortWindow = TimeSpan.FromMinutes(5),
    };
}
