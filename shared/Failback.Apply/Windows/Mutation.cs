using Failback.Contracts;
using Failback.Contracts.Rows;

namespace Failback.Apply.Windows;

/// <summary>One row version in memory: where it lies and how new it is; the bytes stay in their message.</summary>
/// <param name="Entry">Message that brought it.</param>
/// <param name="Offset">Start of its frame in the message body.</param>
/// <param name="Updated">Its version.</param>
public readonly record struct Mutation(MessageEntry Entry, int Offset, HlcTimestamp Updated)
{
    public RowFrame Frame => Entry.Frame(Offset);
}
