using System.IO.Compression;
using Failback.Sink.Settings;
using Microsoft.Extensions.Options;

namespace Failback.Sink.Bodies;

/// <summary>
/// Reads and decompresses a request's body into one piece of memory, within <see cref="SinkOptions.MaxBodyBytes"/> and the budget
/// of all bodies.
/// </summary>
internal sealed class BodyReader(BodyBudget budget, IOptions<SinkOptions> options)
{
    private const int FirstBytes = 64 * 1024;

    private readonly int _max = options.Value.MaxBodyBytes;

    /// <summary>Reads the body; the caller releases it.</summary>
    /// <exception cref="RefusedException">
    /// The body is too large (413), not decodable (400, 415), or no memory was free for a body that grew (503).
    /// </exception>
    internal async Task<BodyBuffer> ReadAsync(HttpRequest request, CancellationToken deadline)
    {
        bool gzip = IsGzip(request);
        if (request.ContentLength > _max) throw TooLarge();
        if (!gzip && request.ContentLength is { } length)
            return await ReadAsync(request.Body, (int)Math.Max(1, length), exact: true, deadline);
        if (!gzip) return await ReadAsync(request.Body, _max, exact: false, deadline);
        await using var unpacked = new GZipStream(request.Body, CompressionMode.Decompress, leaveOpen: true);
        try
        {
            return await ReadAsync(unpacked, _max, exact: false, deadline);
        }
        catch (InvalidDataException)
        {
            throw RefusedException.Malformed("the gzip body is damaged");
        }
    }

    private static bool IsGzip(HttpRequest request)
    {
        string encoding = request.Headers.ContentEncoding.ToString();
        if (encoding.Length == 0 || encoding.Equals("identity", StringComparison.OrdinalIgnoreCase)) return false;
        if (encoding.Equals("gzip", StringComparison.OrdinalIgnoreCase)) return true;
        throw new RefusedException(StatusCodes.Status415UnsupportedMediaType, "this content encoding is not supported; use gzip or none");
    }

    /// <summary>
    /// Reads a body. Memory is reserved for what has arrived and as much again, never for what a header announces: a sender that
    /// announces much and sends nothing keeps no one else waiting.
    /// </summary>
    private async Task<BodyBuffer> ReadAsync(Stream stream, int most, bool exact, CancellationToken deadline)
    {
        int first = Math.Min(FirstBytes, most);
        await budget.TakeAsync(first, deadline);
        var body = new BodyBuffer(budget.End, first);
        try
        {
            while (true)
            {
                if (body.Length == body.Capacity)
                {
                    if ((exact && body.Length == most) || await IsAtEndAsync(stream, body, most, deadline)) return body;
                    continue;
                }

                int count = await stream.ReadAsync(body.Rest, deadline);
                if (count == 0) return body;
                body.Advance(count);
            }
        }
        catch
        {
            body.Release();
            throw;
        }
    }

    /// <summary>
    /// Called when the buffer is full: returns true at the end of the stream, otherwise makes the buffer larger and keeps the byte
    /// read.
    /// </summary>
    private async Task<bool> IsAtEndAsync(Stream stream, BodyBuffer body, int most, CancellationToken deadline)
    {
        byte[] next = new byte[1];
        if (await stream.ReadAsync(next, deadline) == 0) return true;
        if (body.Capacity >= most) throw TooLarge();
        int capacity = (int)Math.Min(most, body.Capacity * 2L);
        if (!await budget.GrowAsync(capacity - body.Capacity, deadline))
            throw RefusedException.Unavailable("too many bytes of other requests in memory");
        body.Grow(capacity);
        next.CopyTo(body.Rest);
        body.Advance(1);
        return false;
    }

    private RefusedException TooLarge() =>
        new(StatusCodes.Status413PayloadTooLarge, $"the body is larger than {_max} bytes (Failback__Sink__MaxBodyBytes)");
}
