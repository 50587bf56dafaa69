using System.Buffers;
using System.Data.Common;
using System.Text;
using System.Text.Json;
using Failback.Apply.Columns;
using Failback.Apply.Dialects;
using Failback.Apply.Tables;
using Failback.Apply.Values;
using Failback.Apply.Windows;
using Failback.Apply.Writing;
using Failback.Contracts;
using Failback.Contracts.Control;
using Failback.Contracts.Rows;

namespace Failback.Apply.Letters;

/// <summary>Looks up what the target has of a letter's row, and what would have to change so that the row fits.</summary>
internal sealed class LetterExamination(ITargetDialect dialect)
{
    /// <param name="connection">The target.</param>
    /// <param name="request">What was asked.</param>
    /// <param name="letter">The letter, with its images.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    public async Task<LetterTarget> RunAsync(
        DbConnection connection, ShowDeadLetter request, DeadLetter letter, CancellationToken cancellationToken)
    {
        IReadOnlyList<KnownVersion> versions = await dialect.Letters(request.Box.StagingSchema)
            .VersionsAsync(connection, null, [letter.Id], cancellationToken);
        IReadOnlyList<Staging.TableCheckpoint> checkpoints = await dialect.Checkpoints(request.Box.StagingSchema)
            .ReadAsync(connection, request.Box.Failback, cancellationToken);
        var found = new LetterTarget
        {
            Resolved = checkpoints.FirstOrDefault(c => c.Table == letter.Table)?.Resolved.ToString() ?? HlcTimestamp.Zero.ToString(),
            NewerApplied = LetterVersions.IsNewerApplied(versions, letter.Id, LetterVersions.Of(letter)),
            Versions = [
                .. versions.Where(v => v.Letter != letter.Id)
                    .Select(v => new LetterVersion(v.Letter == 0 ? null : v.Letter, v.Rank.Updated.ToString(), v.State))],
        };
        TableRoute? route = request.Tables.FirstOrDefault(t => t.Target == letter.Table);
        TargetTable? table = (await dialect.Catalog.ReadAsync(connection, request.Box.StagingSchema, cancellationToken)).FirstOrDefault(
            t => t.Name.ToString() == letter.Table);
        if (route is null || table is null)
            return found with { Problem = $"{letter.Table} is {(route is null ? "no longer part of the failback" : "not in the target")}" };
        var keys = new KeyMap(
            table, route.SourceKey, route.Columns, checkpoints.FirstOrDefault(c => c.Table == letter.Table)?.KeyOrder ?? "");
        return await LookAsync(connection, found, route, keys, table, letter, cancellationToken);
    }

    private async Task<LetterTarget> LookAsync(
        DbConnection connection, LetterTarget found, TableRoute route, KeyMap keys, TargetTable table, DeadLetter letter,
        CancellationToken cancellationToken)
    {
        var reader = new ColumnValueReader(table, route.Columns);
        var cells = new RawValue[table.Columns.Count];
        string? problem = null;
        try
        {
            if (letter.After is { } after) reader.Read(Encoding.UTF8.GetBytes(after), cells);
            keys = keys.Learn(FrameOf(letter), cells);
        }
        catch (ValueException e)
        {
            problem = e.Message;
        }

        string[] generated = [.. table.Columns.Where(c => c.IsGenerated).Select(c => c.Name)];
        string[] fixes = [.. Fixes(table, cells, letter)];
        var changes = new TableChanges(0, table, reader, keys);
        RowBatch? key = new BatchBuilder(1, long.MaxValue).Keys(
            changes, [ChangeOf(letter, keys)], (_, failure) => problem = failure.Message).FirstOrDefault();
        IReadOnlyList<string>? row = key is null ? null : await ReadAsync(connection, key, reason => problem = reason, cancellationToken);
        return found with
        {
            Row = row is null
                ? null
                : Json(table, row),
            Problem = row is null
                ? problem
                : null,
            GeneratedColumns = generated,
            Fixes = fixes
        };
    }

    private async Task<IReadOnlyList<string>?> ReadAsync(
        DbConnection connection, RowBatch key, Action<string> fail, CancellationToken cancellationToken)
    {
        try
        {
            return await dialect.Statements.ReadRowAsync(connection, key, cancellationToken);
        }
        catch (RowFaultsException e)
        {
            fail(e.Faults[0].Failure.Message);
            return null;
        }
    }

    /// <summary>A column that the row does not carry matters only where its absence is what the target refused.</summary>
    private IEnumerable<string> Fixes(TargetTable table, RawValue[] cells, DeadLetter letter)
    {
        if (letter.After is null) yield break;
        foreach (TargetColumn column in table.Columns.Where(c => !c.IsGenerated))
        {
            RawValue value = cells[column.Ordinal];
            if (value.IsMissing && (column.IsNullable || !letter.ErrorMessage.Contains(column.Name, StringComparison.Ordinal))) continue;
            if (dialect.Advice.Fit(table, column, value.IsMissing ? new RawValue("null"u8.ToArray()) : value) is { } statement)
                yield return statement;
        }
    }

    private static RowChange ChangeOf(DeadLetter letter, KeyMap keys)
    {
        RowFrame frame = FrameOf(letter);
        var body = new ArrayBufferWriter<byte>();
        frame.WriteTo(body);
        var entry = new MessageEntry(0, body.WrittenMemory, null);
        return new RowChange(new Mutation(entry, 0, frame.Updated), keys.Identify(frame));
    }

    private static RowFrame FrameOf(DeadLetter letter) => new(
        HlcTimestamp.Parse(letter.Updated), Encoding.UTF8.GetBytes(letter.Key), Bytes(letter.After), Bytes(letter.Before));

    private static byte[] Bytes(string? json) => json is null ? [] : Encoding.UTF8.GetBytes(json);

    private static string Json(TargetTable table, IReadOnlyList<string> values) =>
        "{" + string.Join(", ", table.Columns.Select(c => $"\"{JsonEncodedText.Encode(c.Name)}\": {values[c.Ordinal]}")) + "}";
}
