using System.IO.Compression;
using Failback.Sink.Bodies;
using Failback.Sink.Settings;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Options;
using Xunit;

namespace Failback.Tests.Sink;

public sealed class BodyReaderTests
{
    private const int Max = 1_000_000;

    private readonly BodyBudget _budget;
    private readonly BodyReader _reader;

    public BodyReaderTests()
    {
        IOptions<SinkOptions> options = Options.Create(new SinkOptions { MaxBodyBytes = Max, MaxBufferedBytes = 2 * Max });
        _budget = new BodyBudget(options);
        _reader = new BodyReader(_budget, options);
    }

    [Theory]
    [InlineData(0, true, false)]
    [InlineData(1, true, false)]
    [InlineData(Max, true, false)]
    [InlineData(0, false, false)]
    [InlineData(65_536, false, false)]
    [InlineData(65_537, false, false)]
    [InlineData(Max, false, false)]
    [InlineData(0, true, true)]
    [InlineData(300_000, true, true)]
    [InlineData(Max, true, true)]
    public async Task Reads_bodies_of_every_kind(int size, bool length, bool gzip)
    {
        byte[] content = Content(size);
        BodyBuffer body = await _reader.ReadAsync(
            Request(gzip ? Gzip(content) : content, length, gzip ? "gzip" : null), TestContext.Current.CancellationToken);
        Assert.Equal(content, body.Span.ToArray());
        body.Release();
        Assert.Equal(2 * Max, _budget.Free);
    }

    [Theory]
    [InlineData(true, false)]
    [InlineData(false, false)]
    [InlineData(true, true)]
    [InlineData(false, true)]
    public async Task Refuses_a_body_beyond_the_limit(bool length, bool gzip)
    {
        byte[] content = Content(Max + 1);
        RefusedException refused = await RefusedAsync(Request(gzip ? Gzip(content) : content, length, gzip ? "gzip" : null));
        Assert.Equal(413, refused.Status);
        Assert.Equal(2 * Max, _budget.Free);
    }

    [Fact]
    public async Task A_decompression_bomb_takes_no_more_than_the_limit()
    {
        byte[] bomb = Gzip(new byte[100_000_000], CompressionLevel.SmallestSize);
        Assert.InRange(bomb.Length, 1, Max);
        Assert.Equal(413, (await RefusedAsync(Request(bomb, true, "gzip"))).Status);
        Assert.Equal(2 * Max, _budget.Free);
    }

    [Theory]
    [InlineData("br", 415)]
    [InlineData("zstd", 415)]
    [InlineData("gzip", 400)]
    public async Task Refuses_what_it_cannot_decode(string encoding, int status) =>
        Assert.Equal(status, (await RefusedAsync(Request([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12], true, encoding))).Status);

    [Fact]
    public async Task A_body_waits_for_the_memory_of_another_and_gives_up_in_time()
    {
        BodyBuffer first = await _reader.ReadAsync(Request(Content(Max), true, null), TestContext.Current.CancellationToken);
        BodyBuffer second = await _reader.ReadAsync(Request(Content(Max), true, null), TestContext.Current.CancellationToken);
        using var deadline = new CancellationTokenSource(TimeSpan.FromMilliseconds(50));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => _reader.ReadAsync(Request(Content(10), true, null), deadline.Token));
        Task<BodyBuffer> third = _reader.ReadAsync(Request(Content(Max), true, null), TestContext.Current.CancellationToken);
        Assert.False(third.IsCompleted);
        first.Release();
        (await third).Release();
        second.Release();
        Assert.Equal(2 * Max, _budget.Free);
    }

    /// <summary>The announced length of a body reserves nothing: another body of any size is read meanwhile.</summary>
    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(70_000)]
    public async Task A_sender_that_announces_much_and_sends_little_keeps_no_one_waiting(int sent)
    {
        using var gone = new CancellationTokenSource();
        var stalled = new StalledStream(Content(sent));
        HttpRequest request = Request([], false, null);
        request.Body = stalled;
        request.ContentLength = Max;
        Task<BodyBuffer>[] slow = [.. Enumerable.Range(0, 4).Select(_ => _reader.ReadAsync(request, gone.Token))];
        BodyBuffer body = await _reader.ReadAsync(Request(Content(Max), true, null), TestContext.Current.CancellationToken);
        Assert.Equal(Max, body.Length);
        body.Release();
        await gone.CancelAsync();
        foreach (Task<BodyBuffer> one in slow) await Assert.ThrowsAnyAsync<OperationCanceledException>(() => one);
        Assert.Equal(2 * Max, _budget.Free);
    }

    [Fact]
    public async Task Bodies_that_all_wait_for_more_do_not_wait_for_each_other()
    {
        const int most = 2 * Max;
        await _budget.TakeAsync(most / 2, TestContext.Current.CancellationToken);
        await _budget.TakeAsync(most / 2, TestContext.Current.CancellationToken);
        Task<bool> first = _budget.GrowAsync(1, TestContext.Current.CancellationToken).AsTask();
        Assert.False(first.IsCompleted);
        // The second would wait for the first, which waits for the second.
        Assert.False(await _budget.GrowAsync(1, TestContext.Current.CancellationToken));
        _budget.End(most / 2);
        Assert.True(await first);
        _budget.End((most / 2) + 1);
        Assert.Equal(most, _budget.Free);
    }

    private static byte[] Content(int size)
    {
        byte[] content = new byte[size];
        for (int i = 0; i < size; i++) content[i] = (byte)(i % 97);
        return content;
    }

    private static byte[] Gzip(byte[] content, CompressionLevel level = CompressionLevel.Fastest)
    {
        using var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, level)) gzip.Write(content);
        return packed.ToArray();
    }

    private static HttpRequest Request(byte[] content, bool length, string? encoding)
    {
        HttpRequest request = new DefaultHttpContext().Request;
        request.Body = new MemoryStream(content);
        if (length) request.ContentLength = content.Length;
        if (encoding is not null) request.Headers.ContentEncoding = encoding;
        return request;
    }

    private Task<RefusedException> RefusedAsync(HttpRequest request) =>
        Assert.ThrowsAsync<RefusedException>(() => _reader.ReadAsync(request, TestContext.Current.CancellationToken));
}
