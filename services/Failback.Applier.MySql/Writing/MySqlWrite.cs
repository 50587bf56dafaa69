using Failback.Apply.Dialects;
using MySqlConnector;

namespace Failback.Applier.MySql.Writing;

/// <summary>Writes a batch; the answer is how many rows its statements touched.</summary>
/// <param name="rows">The batch.</param>
/// <param name="texts">The statements.</param>
internal sealed class MySqlWrite(RowBatch rows, IReadOnlyList<MySqlText> texts) : StatementPart<int>(rows), IMySqlPart
{
    private int _touched;

    public IReadOnlyList<MySqlText> Texts => texts;

    public bool Asks => false;

    public void Take(MySqlDataReader row) => throw new InvalidOperationException("statements that write have no result");

    public void Count(int touched) => _touched += touched;

    public void Complete() => Answer = _touched;
}
