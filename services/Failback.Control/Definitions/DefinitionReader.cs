using System.Text.Json;
using Failback.Contracts.Api;
using Failback.Contracts;
using Failback.Contracts.Control;
using Failback.Control.Api;
using Failback.Hosting.Connections;
using Failback.Hosting.Secrets;

namespace Failback.Control.Definitions;

/// <summary>Reads the body of PUT into a definition. Every wrong value is reported with the path of its field.</summary>
internal static class DefinitionReader
{
    private static readonly JsonDocumentOptions Strict = new() { AllowDuplicateProperties = false, MaxDepth = 16 };

    /// <summary>Reads a definition.</summary>
    /// <param name="body">JSON in UTF-8.</param>
    /// <param name="stored">The definition that it replaces; a masked secret in the body stands for the stored one.</param>
    /// <param name="further">Further dialects from the settings.</param>
    /// <exception cref="ApiException">The body is not JSON (400) or has a wrong value (422).</exception>
    public static FailbackDefinition Read(
        ReadOnlyMemory<byte> body, FailbackDefinition? stored, IReadOnlyCollection<string>? further = null)
    {
        using JsonDocument document = Parse(body);
        if (document.RootElement.ValueKind != JsonValueKind.Object) throw Invalid([new FieldError("", "the body must be an object")]);
        var errors = new List<FieldError>();
        var reader = new ObjectReader(document.RootElement, "", errors);
        FailbackDefinition definition = ReadRoot(reader, stored, further);
        reader.RefuseUnknown();
        // All errors at once: the operator corrects the definition in one pass.
        return errors.Count == 0 ? definition : throw Invalid(errors);
    }

    private static FailbackDefinition ReadRoot(ObjectReader reader, FailbackDefinition? stored, IReadOnlyCollection<string>? further)
    {
        var definition = new FailbackDefinition
        {
            Source = ReadUrl(reader, "source", stored?.Source, null),
            Target = ReadUrl(reader, "target", stored?.Target, further) ?? "",
            SchemaFilter = reader.Text("schemaFilter", FilterProblem),
            TableFilter = reader.Text("tableFilter", FilterProblem),
            TableExclusionFilter = reader.Text("tableExclusionFilter", FilterProblem),
            Tables = [.. reader.Objects("tables").Select(ReadTable)],
            Mode = reader.Choice("mode", ApplyMode.Consistent),
            BestEffortWindow = reader.Text("bestEffortWindow", DurationProblem) ?? "1h",
            StagingSchema = reader.Text("stagingSchema", StagingProblem),
            Changefeed = reader.Object("changefeed") is { } feed
                ? ChangefeedOptionsReader.Read(feed, stored?.Changefeed)
                : new ChangefeedDefinition(),
            Userscript = reader.Text("userscript"),
            OnUnknownTable = reader.Choice("onUnknownTable", UnknownTablePolicy.Reject),
            OnUnknownColumn = reader.Text("onUnknownColumn", UnknownColumnChoice.Problem) ?? UnknownColumnChoice.Default,
            OnBadRow = reader.Choice("onBadRow", BadRowPolicy.DeadLetter),
            Triggers = reader.OptionalChoice<TriggerPolicy>("triggers"),
        };
        if (definition.Target.Length == 0 && !reader.Errors.Exists(error => error.Field == "target")) reader.Fail("target", "is required");
        if (definition.Changefeed.Managed && definition.Source is null
            && !reader.Errors.Exists(error => error.Field is "source" or "changefeed" or "changefeed.managed"))
            reader.Fail("source", "is required while changefeed.managed is true");
        RefuseTwice(reader, definition.Tables);
        return definition;
    }

    private static TableMapping ReadTable(ObjectReader reader)
    {
        var table = new TableMapping
        {
            Source = reader.Text("source", NameProblem) ?? "",
            Target = reader.Text("target", NameProblem),
            Key = reader.Texts("key"),
            Columns = ColumnReader.Read(reader),
        };
        if (table.Source.Length == 0 && !reader.Errors.Exists(error => error.Field == reader.Path("source")))
            reader.Fail("source", "is required");
        reader.RefuseUnknown();
        return table;
    }

    private static void RefuseTwice(ObjectReader reader, IReadOnlyList<TableMapping> tables)
    {
        foreach (IGrouping<string, TableMapping> twice in tables.GroupBy(table => table.Source, StringComparer.Ordinal)
            .Where(group => group.Key.Length > 0 && group.Count() > 1))
            reader.Fail("tables", $"the source table {twice.Key} is listed {twice.Count()} times");
    }

    private static string? ReadUrl(ObjectReader reader, string name, string? stored, IReadOnlyCollection<string>? further)
    {
        if (reader.Text(name) is not { } url) return null;
        if (SecretUrl.Restore(url, stored) is not { } full)
        {
            reader.Fail(name, "*** stands for the stored password, but the rest differs from what is stored: give the whole URL");
            return null;
        }

        IReadOnlyList<string> problems = name == "source" ? ConnectionForms.Source.Check(full, out _) : CheckTarget(full, further);
        foreach (string problem in problems) reader.Fail(name, problem);
        return problems.Count == 0 ? full : null;
    }

    // Only the applier of a further dialect knows the form of its URLs.
    private static IReadOnlyList<string> CheckTarget(string url, IReadOnlyCollection<string>? further)
    {
        if (further?.Contains(ConnectionForms.Scheme(url), StringComparer.Ordinal) == true) return [];
        if (ConnectionForms.Target(url) is { } form) return form.Check(url, out _);
        IEnumerable<string> schemes = ConnectionForms.Targets.SelectMany(known => known.Schemes).Concat(further ?? [])
            .Select(scheme => scheme + "://");
        return [$"the scheme must be one of {string.Join(", ", schemes)}"];
    }

    private static string? FilterProblem(string pattern) => NameFilter.TryCreate(pattern, out string error) is null ? error : null;

    private static string? DurationProblem(string text) => Duration.TryParse(text, out _) ? null : "must be " + Duration.Expected;

    private static string? NameProblem(string text) =>
        TableName.TryParse(text, out _) && !PlainText.HasControl(text)
        ? null
        : "must be a table name such as schema.table, parts with dots in double quotes";

    private static string? StagingProblem(string text) =>
        text.Length is > 0 and <= 63 && !char.IsAsciiDigit(text[0]) && text.All(c => char.IsAsciiLetterOrDigit(c) || c is '_' or '$')
            ? null
            : "must be a plain name of 1 to 63 letters, digits and underscores that does not start with a digit";

    private static JsonDocument Parse(ReadOnlyMemory<byte> body)
    {
        try
        {
            RefuseTextsThatAreNone(body.Span);
            return JsonDocument.Parse(body, Strict);
        }
        catch (InvalidOperationException)
        {
            throw new ApiException(
                400, "invalid_json", "the body has a text that is not UTF-8, or half a surrogate pair",
                "send a definition as in /openapi/v1.json");
        }
        catch (JsonException e)
        {
            throw new ApiException(
                400, "invalid_json", $"the body is not JSON (line {e.LineNumber + 1}, byte {e.BytePositionInLine + 1}) or repeats a member",
                "send a definition as in /openapi/v1.json");
        }
    }

    // The parser takes such texts, and reading one fails.
    private static void RefuseTextsThatAreNone(ReadOnlySpan<byte> body)
    {
        var reader = new Utf8JsonReader(body);
        while (reader.Read())
        {
            if (reader.TokenType is JsonTokenType.String or JsonTokenType.PropertyName) _ = reader.GetString();
        }
    }

    private static ApiException Invalid(List<FieldError> errors) =>
        new(422, "invalid_definition", $"{errors[0].Field}: {errors[0].Message}",
            "correct the fields listed in errors and repeat the call")
        { Fields = errors };
}
