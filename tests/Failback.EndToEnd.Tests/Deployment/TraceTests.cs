using Failback.Testing.Processes;
using Xunit;

namespace Failback.EndToEnd.Tests.Deployment;

/// <summary>A row is followed from the webhook over the queue to the commit, by the spans of the published services.</summary>
public sealed class TraceTests
{
    private const string Planted = "7400123498765";

    [Fact]
    public async Task A_row_is_one_trace_from_the_webhook_to_the_commit()
    {
        await using TraceCollector collector = await TraceCollector.StartAsync();
        await using FailbackStack stack = await FailbackStack.StartAsync(
            new StackOptions(SinkSettings: collector.Settings, ApplierSettings: collector.Settings));
        await using ObservedFailback failback = await ObservedFailback.StartAsync(stack, "traced");
        await failback.PostAsync("parent", long.Parse(Planted, System.Globalization.CultureInfo.InvariantCulture), "1");
        await failback.PostAsync("parent", 2, "2");
        await failback.ResolveAndWaitAsync();
        await Wait.UntilAsync(
            () => Task.FromResult(
                collector.Spans.Count(s => s.Name == "failback.apply") == 2 && collector.Spans.Any(s => s.Name == "failback.transaction")),
            TimeSpan.FromSeconds(30), () => string.Join('\n', collector.Spans));

        SeenSpan[] spans = [.. collector.Spans];
        foreach (SeenSpan apply in spans.Where(s => s.Name == "failback.apply"))
        {
            SeenSpan publish = spans.Single(s => s.Id == apply.Parent);
            SeenSpan webhook = spans.Single(s => s.Id == publish.Parent);
            Assert.Equal(
                ("failback-applier-postgres", "failback.publish", "failback-sink", "failback.webhook", ""),
                (apply.Service, publish.Name, publish.Service, webhook.Name, webhook.Parent));
            Assert.Single(((SeenSpan[])[apply, publish, webhook]).Select(s => s.Trace).Distinct());
            Assert.True(webhook.Start <= publish.Start && publish.Start <= apply.End && apply.Start <= apply.End, string.Join('\n', spans));
            // The transaction holds rows of many requests: it is a trace of its own, and each knows the other.
            SeenSpan transaction = spans.First(s => s.Name == "failback.transaction" && apply.Linked.Contains(s.Trace));
            Assert.Contains(apply.Trace, transaction.Linked);
            Assert.NotEqual(apply.Trace, transaction.Trace);
        }

        Assert.Equal(2, spans.Where(s => s.Name == "failback.apply").Select(s => s.Trace).Distinct().Count());
        // Neither rows nor keys, paths, addresses or passwords.
        Assert.DoesNotContain(Planted, collector.Raw, StringComparison.Ordinal);
        Assert.DoesNotContain(new Uri(failback.Database.Url).UserInfo.Split(':')[1], collector.Raw, StringComparison.Ordinal);
        Assert.DoesNotContain("127.0.0.1", collector.Raw, StringComparison.Ordinal);
        Assert.DoesNotContain(failback.WebhookPath, collector.Raw, StringComparison.Ordinal);
    }
}
