using System.Buffers.Text;
using Failback.Contracts;
using Failback.Messaging.Publishing;

namespace Failback.Sink.Webhook;

/// <summary>
/// Reads the bodies that a changefeed usually sends: nothing but rows, their properties in the server's order, none unknown, names without escapes. It
/// only ever says yes to what <see cref="ChangefeedReader"/> would read the same way; whatever else there is, good or bad, is left to that one.
/// </summary>
internal ref struct PlainBodyReader(ReadOnlySpan<byte> body)
{
    private const int LongestTimestamp = 64;

    private readonly ReadOnlySpan<byte> _body = body;
    private int _at;

    /// <summary>Adds all rows; false when the body is another one, and what was added means nothing then.</summary>
    internal static bool TryRead(ReadOnlySpan<byte> body, RowCollector rows)
    {
        var reader = new PlainBodyReader(body);
        return reader.TryReadRows(rows) && reader.TryReadLength(rows.Count);
    }

    private bool TryReadRows(RowCollector rows)
    {
        if (!(Take('{') && TakeName("\"payload\""u8) && Take('['))) return false;
        do
        {
            if (!TryReadRow(out PayloadRow row)) return false;
            rows.Add(row, _body);
        }
        while (Take(','));
        return Take(']');
    }

    private bool TryReadLength(int count)
    {
        if (!(Take(',') && TakeName("\"length\""u8))) return false;
        White();
        if (!Utf8Parser.TryParse(_body[_at..], out int length, out int digits) || length != count || _body[_at] is not (>= (byte)'1' and <= (byte)'9')) return false;
        _at += digits;
        if (!Take('}')) return false;
        White();
        return _at == _body.Length;
    }

    private bool TryReadRow(out PayloadRow row)
    {
        row = default;
        if (!(Take('{') && TakeName("\"after\""u8) && TryReadImage(out ByteRange after) && Take(','))) return false;
        ByteRange before = default;
        if (TakeName("\"before\""u8) && !(TryReadImage(out before) && Take(','))) return false;
        if (!(TakeName("\"key\""u8) && TryReadKey(out ByteRange key) && Take(','))) return false;
        if (!(TakeName("\"topic\""u8) && TryReadText(out ByteRange topic) && Take(','))) return false;
        if (!(TakeName("\"updated\""u8) && TryReadText(out ByteRange text) && Take('}'))) return false;
        if (text.Length > LongestTimestamp || !HlcTimestamp.TryParse(_body.Slice(text.Start, text.Length), out HlcTimestamp updated)) return false;
        row = new PayloadRow(new RowSlice(updated, key, after, before), topic, TopicIsEscaped: false);
        return true;
    }

    private bool TryReadImage(out ByteRange image)
    {
        image = default;
        White();
        if (JsonSkipper.Peek(_body, _at) == '{') return TryReadContainer(out image);
        if (!_body[_at..].StartsWith("null"u8)) return false;
        _at += 4;
        return true;
    }

    private bool TryReadKey(out ByteRange key)
    {
        key = default;
        White();
        return JsonSkipper.Peek(_body, _at) == '[' && JsonSkipper.Peek(_body, JsonSkipper.SkipWhite(_body, _at + 1)) != ']' && TryReadContainer(out key);
    }

    private bool TryReadContainer(out ByteRange range)
    {
        int end = JsonSkipper.SkipContainer(_body, _at);
        range = new ByteRange(_at, end - _at);
        _at = end;
        return end != JsonSkipper.None;
    }

    /// <summary>A string that means what it looks like and is not empty.</summary>
    private bool TryReadText(out ByteRange text)
    {
        text = default;
        White();
        int end = JsonSkipper.SkipString(_body, _at);
        if (end < _at + 3 || _body[_at..end].Contains((byte)'\\')) return false;
        text = new ByteRange(_at + 1, end - _at - 2);
        _at = end;
        return true;
    }

    private bool Take(char sign)
    {
        White();
        if (JsonSkipper.Peek(_body, _at) != sign) return false;
        _at++;
        return true;
    }

    /// <summary>The name with its quotes and the colon behind it, or nothing.</summary>
    private bool TakeName(ReadOnlySpan<byte> quoted)
    {
        White();
        if (!_body[_at..].StartsWith(quoted)) return false;
        int colon = JsonSkipper.SkipWhite(_body, _at + quoted.Length);
        if (JsonSkipper.Peek(_body, colon) != ':') return false;
        _at = colon + 1;
        return true;
    }

    private void White() => _at = JsonSkipper.SkipWhite(_body, _at);
}
