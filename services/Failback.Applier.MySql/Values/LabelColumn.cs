using Failback.Apply.Columns;
using Failback.Apply.Values;

namespace Failback.Applier.MySql.Values;

/// <summary>
/// enum and set. Labels are compared here: the server would take the text <c>'2'</c> for the second label. Sets are lists with commas,
/// or arrays.
/// </summary>
internal sealed class LabelColumn(string name, MySqlType type) : MySqlColumn(name, type)
{
    public override object Convert(RawValue value)
    {
        if (Type.Name == "enum") return Label(value.Text());
        IEnumerable<string> wanted = value.IsString ? value.Text().Split(',', StringSplitOptions.RemoveEmptyEntries) : Items(value);
        HashSet<string> labels = [.. wanted.Select(Label)];
        return string.Join(',', Type.Labels.Where(labels.Contains)); // as the server keeps them
    }

    private static IEnumerable<string> Items(RawValue value)
    {
        if (value.Json.Span[0] != (byte)'[') return [value.Text()];
        return ColumnValueReader.ReadKey(value.Json)
            .Select(item => item.IsNull ? throw new ValueException("a set holds no NULL") : item.Text());
    }

    private string Label(string text) =>
        Type.Labels.FirstOrDefault(l => string.Equals(l, text, StringComparison.Ordinal))
        ?? Type.Labels.FirstOrDefault(l => string.Equals(l, text, StringComparison.OrdinalIgnoreCase))
        ?? throw new ValueException($"not a label of the {Type.Name}");
}
