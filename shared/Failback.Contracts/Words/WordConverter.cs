using System.Text.Json;
using System.Text.Json.Serialization;

namespace Failback.Contracts.Words;

/// <summary>
/// Writes an enumeration as its word, as <see cref="Word"/> spells it. The attribute on the enumeration keeps the text the same on the bus
/// and in the API: it does not depend on what the options of a serializer say about numbers.
/// </summary>
/// <typeparam name="T">The enumeration.</typeparam>
public sealed class WordConverter<T>() : JsonStringEnumConverter<T>(JsonNamingPolicy.CamelCase, allowIntegerValues: false)
    where T : struct, Enum;
