using System.Text.Json;
using Failback.Contracts;

namespace Failback.Apply.Windows;

/// <summary>What rows have shown about the keys of a table, as the checkpoint keeps it: JSON with the target's names of columns.</summary>
internal static class KeyOrders
{
    /// <summary>Older ones are forgotten: a key that has changed so often has no rows of the first order left in a queue.</summary>
    private const int Kept = 8;

    /// <summary>Empty when nothing was shown that has to be kept.</summary>
    /// <param name="shapes">Oldest first.</param>
    /// <param name="names">Key columns of the target.</param>
    public static string Write(IEnumerable<KeyShape> shapes, IReadOnlyList<string> names)
    {
        Order[] orders = [
            .. shapes.Where(s => s.IsConfirmed).TakeLast(Kept)
                .Select(s => new Order(PartsOf(s, names), s.From.ToString(), s.Until.ToString()))];
        return orders.Length == 0 ? "" : JsonSerializer.Serialize(orders);
    }

    /// <summary>Orders that name a column which is no longer part of the target's key are left out.</summary>
    public static IEnumerable<KeyShape> Read(string text, IReadOnlyList<string> names)
    {
        if (text.Length == 0) yield break;
        foreach (Order order in JsonSerializer.Deserialize<Order[]>(text) ?? [])
        {
            if (order.Key.Any(n => n is not null && !names.Contains(n, StringComparer.Ordinal))) continue;
            yield return new KeyShape(order.Key.Length, [.. names.Select(n => Array.IndexOf(order.Key, n))])
            {
                From = HlcTimestamp.Parse(order.From),
                Until = HlcTimestamp.Parse(order.Until),
                IsConfirmed = true,
            };
        }
    }

    /// <summary>By part the name of its column; null: the target's key has no such column.</summary>
    public static string?[] PartsOf(KeyShape shape, IReadOnlyList<string> names) =>
        [.. Enumerable.Range(0, shape.Parts).Select(p => shape.Positions.ToList().IndexOf(p) is >= 0 and int i ? names[i] : null)];

    private sealed record Order(string?[] Key, string From, string Until);
}
