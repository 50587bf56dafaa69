using Failback.Contracts;

namespace Failback.Messaging.Reading;

/// <summary>Which slice of which large row a message holds.</summary>
/// <param name="Id">Shared by the slices of one row.</param>
/// <param name="Index">From 0.</param>
/// <param name="Count">How many there are.</param>
/// <param name="Updated">Version of the row.</param>
public sealed record Fragment(string Id, int Index, int Count, HlcTimestamp Updated);
