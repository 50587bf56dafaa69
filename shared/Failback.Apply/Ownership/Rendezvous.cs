using System.Globalization;
using Failback.Contracts;

namespace Failback.Apply.Ownership;

/// <summary>Highest-random-weight hashing: every replica computes the same owner of a group from the same list of live replicas.</summary>
public static class Rendezvous
{
    /// <summary>The replica that owns <paramref name="group"/>; empty when there is none.</summary>
    public static string Owner(string group, IReadOnlyList<string> replicas) =>
        replicas.OrderByDescending(r => StableHash.Of(string.Create(CultureInfo.InvariantCulture, $"{r}\n{group}")))
        .ThenBy(r => r, StringComparer.Ordinal).FirstOrDefault() ?? "";
}
