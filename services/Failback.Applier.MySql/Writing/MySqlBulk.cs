using System.Data.Common;
using System.Text;
using Failback.Applier.MySql.Connection;
using MySqlConnector;

namespace Failback.Applier.MySql.Writing;

/// <summary>
/// Sends many like items in as few round trips as they need: the rows of one INSERT, the keys of one IN list, or statements one after
/// another. Commands are cut by size and by number of parameters; the driver writes values into the text, so no limit of
/// placeholders applies.
/// </summary>
/// <param name="transaction">Open transaction.</param>
/// <param name="prefix">Start of every command.</param>
/// <param name="separator">Between items.</param>
/// <param name="suffix">End of every command.</param>
/// <param name="maxItems">Items of one command at most.</param>
/// <param name="written">Takes the commands, which are then not sent; null: they are sent.</param>
internal sealed class MySqlBulk(
    DbTransaction transaction, string prefix, string separator, string suffix, int maxItems = int.MaxValue,
    ICollection<MySqlText>? written = null)
{
    /// <summary>Bytes kept free for the text around the values.</summary>
    public const int Reserve = 64 * 1024;

    /// <summary>Bytes of a command at most, where the server would take more.</summary>
    public const long LargestCommand = 1 << 20;
    private const int CommandParameters = 20_000;
    private const int ParameterOverhead = 8;

    private readonly MySqlConnection _connection = (MySqlConnection)transaction.Connection!;
    private readonly long _commandBytes = Math.Min(
        LargestCommand, MySqlServer.Of((MySqlConnection)transaction.Connection!).MaxPacket - Reserve);
    private readonly StringBuilder _text = new();
    private readonly List<object?> _values = [];
    private int _items;
    private long _size;

    /// <summary>Rows found or changed by all commands so far.</summary>
    public int Affected { get; private set; }

    /// <summary>A bulk of whole statements; those that are written down are one command each, so that each is counted.</summary>
    public static MySqlBulk Statements(DbTransaction transaction, ICollection<MySqlText>? written = null) =>
        new(transaction, "", ";\n", "", written is null ? int.MaxValue : 1, written);

    /// <summary>Bytes that a value takes in a command at most.</summary>
    public static long Size(object? value) => value switch
    {
        string s => ParameterOverhead + Encoding.UTF8.GetByteCount(s) + s.AsSpan().Count('\'') + s.AsSpan().Count('\\'),
        byte[] b => ParameterOverhead + b.Length + b.AsSpan().Count((byte)'\'') + b.AsSpan().Count((byte)'\\') + b.AsSpan().Count((byte)0),
        _ => 24,
    };

    /// <summary>Adds an item with its values in the order of their placeholders; sends what has gathered when it is enough.</summary>
    public async Task AddAsync(string item, IReadOnlyCollection<object?> values, CancellationToken cancellationToken)
    {
        long added = item.Length + values.Sum(Size);
        if (_items > 0 && _size + added > _commandBytes) await FlushAsync(cancellationToken);
        _text.Append(_items == 0 ? prefix : separator).Append(item);
        _values.AddRange(values);
        _size += added;
        _items++;
        if (_size >= _commandBytes || _values.Count >= CommandParameters || _items >= maxItems) await FlushAsync(cancellationToken);
    }

    /// <summary>Sends what is left.</summary>
    public async Task FlushAsync(CancellationToken cancellationToken)
    {
        if (_items == 0) return;
        var text = new MySqlText(_text.Append(suffix).ToString(), [.. _values]);
        _text.Clear();
        _values.Clear();
        _items = 0;
        _size = 0;
        if (written is not null)
        {
            written.Add(text);
            return;
        }

        await using MySqlCommand command = text.ToCommand(transaction);
        using var notes = new MySqlNotes(_connection);
        Affected += await command.ExecuteNonQueryAsync(cancellationToken);
        notes.ThrowIfChanged();
    }
}
