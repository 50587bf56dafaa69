using Failback.Apply.Dialects;
using MySqlConnector;

namespace Failback.Applier.MySql.Writing;

/// <summary>Asks about a batch; the answer is what the rows of the results give.</summary>
/// <param name="rows">The batch.</param>
/// <param name="texts">The queries.</param>
/// <param name="read">Reads a row of their results.</param>
internal sealed class MySqlQuestion<T>(RowBatch rows, IReadOnlyList<MySqlText> texts, Func<MySqlDataReader, IEnumerable<T>> read)
    : StatementPart<IReadOnlyList<T>>(rows), IMySqlPart
{
    private readonly List<T> _found = [];

    public IReadOnlyList<MySqlText> Texts => texts;

    public bool Asks => true;

    public void Take(MySqlDataReader row) => _found.AddRange(read(row));

    public void Count(int touched) => throw new InvalidOperationException("questions touch no rows");

    public void Complete() => Answer = _found;
}
