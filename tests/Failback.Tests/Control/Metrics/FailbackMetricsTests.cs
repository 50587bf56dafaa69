using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using Failback.Contracts;
using Failback.Contracts.Control;
using Failback.Control.Metrics;
using Failback.Control.Settings;
using Failback.Control.Storage;
using Failback.Tests.Control.Status;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Xunit;

namespace Failback.Tests.Control.Metrics;

/// <summary>What control exports of failbacks: bounded, absent where nothing is known, and only by the control that leads.</summary>
public sealed class FailbackMetricsTests : IDisposable
{
    private readonly StatusFolder _folder = new();
    private readonly ServiceProvider _services = new ServiceCollection().AddMetrics().BuildServiceProvider();
    private readonly Leadership _leadership;
    private readonly MeterListener _listener = new();
    private readonly ConcurrentBag<string> _measured = [];

    public FailbackMetricsTests()
    {
        _leadership = new Leadership(_folder.Database, Options.Create(new ControlOptions()), _folder.Time, NullLogger<Leadership>.Instance);
        IMeterFactory meters = _services.GetRequiredService<IMeterFactory>();
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            if (instrument.Meter.Scope == meters) listener.EnableMeasurementEvents(instrument);
        };
        _listener.SetMeasurementEventCallback<double>((instrument, value, tags, _) => Note(instrument, value, tags));
        _listener.SetMeasurementEventCallback<long>((instrument, value, tags, _) => Note(instrument, value, tags));
        _listener.SetMeasurementEventCallback<int>((instrument, value, tags, _) => Note(instrument, value, tags));
        _listener.Start();
        _ = new FailbackMetrics(meters, _folder.Board, _leadership);
        _ = new TableMetrics(meters, _folder.Board, _leadership);
    }

    [Fact]
    public async Task A_control_that_does_not_lead_says_nothing_but_that()
    {
        _folder.Store.Save(Record("shop", 2));
        await _folder.Board.RefreshAsync(TestContext.Current.CancellationToken);
        Assert.Equal(["failback.leader 0"], Measure());
    }

    [Fact]
    public async Task Sums_and_moments_are_absent_until_every_table_was_heard_of()
    {
        await LeadAsync();
        _folder.Store.Save(Record("shop", 2));
        Report("shop", 0, 900);
        await _folder.Board.RefreshAsync(TestContext.Current.CancellationToken);
        string[] half = Measure();
        Assert.Contains("failback.state failback=shop state=running 1", half);
        Assert.DoesNotContain(half, line => line.StartsWith("failback.applied", StringComparison.Ordinal)
            || line.StartsWith("failback.rows", StringComparison.Ordinal));
        Report("shop", 1, 800);
        await _folder.Board.RefreshAsync(TestContext.Current.CancellationToken);
        string[] whole = Measure();
        Assert.Contains("failback.applied.resolved.timestamp failback=shop 800", whole);
        Assert.Contains("failback.rows failback=shop outcome=applied 14", whole);
        Assert.Contains("failback.rows.set.aside failback=shop state=open 2", whole);
        Assert.Contains("failback.rows.set.aside.oldest.timestamp failback=shop 801", whole);
    }

    [Fact]
    public async Task Ten_thousand_tables_are_fifty_series_of_a_metric_the_worst_first()
    {
        await LeadAsync();
        _folder.Store.Save(Record("shop", 10_000));
        for (int i = 0; i < 10_000; i++) Report("shop", i, 100 + (i * 7919 % 10_000), letters: 0);
        await _folder.Board.RefreshAsync(TestContext.Current.CancellationToken);
        string[] moments = [
            .. Measure().Where(line => line.StartsWith("failback.table.applied", StringComparison.Ordinal))
                .Select(line => line.Split(' ')[^1]).Order(StringComparer.Ordinal)];
        Assert.Equal(Enumerable.Range(100, TableMetrics.Most).Select(s => $"{s}").Order(StringComparer.Ordinal), moments);
    }

    public void Dispose()
    {
        _listener.Dispose();
        _services.Dispose();
        _leadership.Dispose();
        _folder.Dispose();
    }

    private async Task LeadAsync()
    {
        await _leadership.StartAsync(TestContext.Current.CancellationToken);
        Assert.True(_leadership.Leads);
    }

    private static Failback.Control.Registry.FailbackRecord Record(string name, int tables) => StateFolder.Record(name) with
    {
        State = RunState.Running,
        Tables = [.. Enumerable.Range(0, tables).Select(i => new TableRoute { Source = $"s.t{i}", Target = $"hr.t{i}", Queue = $"q{i}" })],
    };

    private void Report(string failback, int table, long seconds, int letters = 1) => _folder.Progress.Take(new ApplierProgress
    {
        Failback = failback,
        Replica = "r",
        Epoch = 1,
        Activity = "consistent",
        Tables = [new TableProgress
        {
            Table = $"hr.t{table}",
            Applied = 7,
            OpenLetters = letters,
            OldestLetter = letters == 0 ? "" : At(seconds + 1),
            AppliedResolved = At(seconds),
            ReceivedResolved = At(seconds),
        }],
    });

    private static string At(long seconds) => new HlcTimestamp(seconds * 1_000_000_000, 0).ToString();

    private string[] Measure()
    {
        _measured.Clear();
        _listener.RecordObservableInstruments();
        return [.. _measured.Order(StringComparer.Ordinal)];
    }

    private void Note<T>(Instrument instrument, T value, ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        string text = instrument.Name;
        foreach (KeyValuePair<string, object?> tag in tags) text += $" {tag.Key}={tag.Value}";
        _measured.Add($"{text} {value}");
    }
}
