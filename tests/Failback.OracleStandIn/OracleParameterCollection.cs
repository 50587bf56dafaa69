using System.Collections;
using System.Data.Common;

namespace Oracle.ManagedDataAccess.Client;

/// <summary>Parameters of a command.</summary>
[System.Diagnostics.CodeAnalysis.SuppressMessage("Design", "CA1010", Justification = "As the driver's.")]
public sealed class OracleParameterCollection : DbParameterCollection
{
    private readonly List<OracleParameter> items = [];

    public override int Count => items.Count;

    public override object SyncRoot => items;

    internal IReadOnlyList<OracleParameter> Items => items;

    public override int Add(object value)
    {
        items.Add((OracleParameter)value);
        return items.Count - 1;
    }

    public override void AddRange(Array values)
    {
        foreach (object value in values) Add(value);
    }

    public override void Clear() => items.Clear();

    public override bool Contains(object value) => items.Contains((OracleParameter)value);

    public override bool Contains(string value) => IndexOf(value) >= 0;

    public override void CopyTo(Array array, int index) => ((ICollection)items).CopyTo(array, index);

    public override IEnumerator GetEnumerator() => items.GetEnumerator();

    public override int IndexOf(object value) => items.IndexOf((OracleParameter)value);

    public override int IndexOf(string parameterName) => items.FindIndex(p => string.Equals(p.ParameterName, parameterName, StringComparison.OrdinalIgnoreCase));

    public override void Insert(int index, object value) => items.Insert(index, (OracleParameter)value);

    public override void Remove(object value) => items.Remove((OracleParameter)value);

    public override void RemoveAt(int index) => items.RemoveAt(index);

    public override void RemoveAt(string parameterName) => items.RemoveAt(IndexOf(parameterName));

    protected override DbParameter GetParameter(int index) => items[index];

    protected override DbParameter GetParameter(string parameterName) => items[IndexOf(parameterName)];

    protected override void SetParameter(int index, DbParameter value) => items[index] = (OracleParameter)value;

    protected override void SetParameter(string parameterName, DbParameter value) => items[IndexOf(parameterName)] = (OracleParameter)value;
}
