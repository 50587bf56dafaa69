using Failback.Apply.Values;

namespace Failback.Applier.MySql.Values;

/// <summary>vector of MySQL 9 and MariaDB 11.7, from <c>[1,2,3]</c>.</summary>
internal sealed class VectorColumn(string name, MySqlType type) : MySqlColumn(name, type)
{
    public override string Expression => Type.IsMariaDb ? "VEC_FromText(?)" : "STRING_TO_VECTOR(?)";

    public override object Convert(RawValue value) => value.Text();
}
