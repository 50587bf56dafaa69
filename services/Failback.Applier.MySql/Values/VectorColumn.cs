using System.Globalization;
using Failback.Apply.Values;

namespace Failback.Applier.MySql.Values;

/// <summary>vector of MySQL 9 and MariaDB 11.7, from <c>[1,2,3]</c>: numbers of single precision, others are refused.</summary>
internal sealed class VectorColumn(string name, MySqlType type) : MySqlColumn(name, type)
{
    public override string Expression => Type.IsMariaDb ? "VEC_FromText(?)" : "STRING_TO_VECTOR(?)";

    public override string Holds => $"HEX({Name}) <=> HEX({Expression})";

    public override object Convert(RawValue value)
    {
        string text = value.Text();
        if (text is not ['[', .., ']']) throw new ValueException("not a list of numbers");
        if (!text[1..^1].Split(',').Select(n => n.Trim()).All(IsKept))
            throw new ValueException("holds what is no number of single precision");
        return text;
    }

    private static bool IsKept(string number) =>
        NumberText.IsNumber(number) && float.Parse(number, CultureInfo.InvariantCulture) is var kept && float.IsFinite(kept)
        && (Same(kept.ToString("R", CultureInfo.InvariantCulture), number)
            || Same(((double)kept).ToString("R", CultureInfo.InvariantCulture), number));

    private static bool Same(string left, string right) => NumberText.Canonical(left) == NumberText.Canonical(right);
}
