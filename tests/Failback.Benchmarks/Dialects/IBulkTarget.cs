using System.Data.Common;
using Failback.Apply.Dialects;

namespace Failback.Benchmarks.Dialects;

/// <summary>A database with the fastest statements that somebody would write for it by hand.</summary>
internal interface IBulkTarget
{
    /// <summary>For people.</summary>
    string Name { get; }

    /// <summary>Server's URL; null: there is none here.</summary>
    string? ServerUrl { get; }

    ITargetDialect Dialect { get; }

    /// <summary>Statements that create the table <c>bulk</c>, with a second unique index or without.</summary>
    IReadOnlyList<string> Ddl(bool secondIndex);

    /// <summary>Ways to write rows into <c>bulk</c>, by name; each takes an open transaction and leaves the commit to the caller.</summary>
    IReadOnlyList<(string Name, Func<DbTransaction, IReadOnlyList<BulkRow>, Task> Write)> ByHand(bool secondIndex);
}
