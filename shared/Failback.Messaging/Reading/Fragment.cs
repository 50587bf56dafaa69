using Failback.Contracts;

namespace Failback.Messaging.Reading;

/// <summary>Identifies the slice of a large row that a message holds.</summary>
/// <param name="Id">Id that the slices of one row share.</param>
/// <param name="Index">Position of the slice, from 0.</param>
/// <param name="Count">Number of slices of the row.</param>
/// <param name="Updated">Version of the row.</param>
public sealed record Fragment(string Id, int Index, int Count, HlcTimestamp Updated);
