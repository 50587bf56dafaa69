using System.Data.Common;
using Failback.Apply.Dialects;
using Failback.Dialects.Tests.Suites;
using Failback.Testing.Processes;

namespace Failback.Dialects.Tests.Trips;

/// <summary>Another fixture whose engine reaches its server through a proxy that counts round trips.</summary>
public sealed class RoutedFixture : ITargetFixture, IAsyncDisposable
{
    private readonly ITargetFixture _inner;
    private DelayProxy? _proxy;

    public RoutedFixture(ITargetFixture inner)
    {
        _inner = inner;
        Dialect = new RoutedDialect(inner.Dialect, url => new UriBuilder(url) { Host = "127.0.0.1", Port = _proxy!.Port }.Uri.AbsoluteUri);
    }

    public ITargetDialect Dialect { get; }

    /// <summary>Round trips of the engine's connections so far.</summary>
    public long Trips => _proxy?.RoundTrips ?? 0;

    public string Schema(string url) => _inner.Schema(url);

    public string Staging(string url) => _inner.Staging(url);

    public string Unquoted(string table) => _inner.Unquoted(table);

    public string StagingTable(string url, string table) => _inner.StagingTable(url, table);

    public async Task<string> CreateAsync()
    {
        string url = await _inner.CreateAsync();
        _proxy ??= new DelayProxy(new Uri(url).Host, new Uri(url).Port, TimeSpan.Zero);
        return url;
    }

    public Task<DbConnection> ConnectAsync(string url) => _inner.ConnectAsync(url);

    public Task GrantAsync(string url) => _inner.GrantAsync(url);

    public async ValueTask DisposeAsync()
    {
        if (_proxy is not null) await _proxy.DisposeAsync();
    }
}
