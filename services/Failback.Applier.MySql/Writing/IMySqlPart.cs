using MySqlConnector;

namespace Failback.Applier.MySql.Writing;

/// <summary>What a part sends, and how it takes the answer.</summary>
internal interface IMySqlPart
{
    /// <summary>The statements.</summary>
    IReadOnlyList<MySqlText> Texts { get; }

    /// <summary>The statements ask; otherwise they write.</summary>
    bool Asks { get; }

    /// <summary>Takes a row of the result of one of its questions.</summary>
    void Take(MySqlDataReader row);

    /// <summary>Takes the number of rows that one of its statements touched.</summary>
    void Count(int touched);

    /// <summary>All its statements have been answered.</summary>
    void Complete();
}
