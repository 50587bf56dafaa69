using Failback.Messaging.Reading;
using Xunit;

namespace Failback.Tests.Messaging;

/// <summary>Arrays of messages: used again, never held twice, kept within a bound.</summary>
public sealed class MessageArraysTests
{
    private const int Kept = 1 << 20;

    [Theory]
    [InlineData(0, 16)]
    [InlineData(16, 16)]
    [InlineData(17, 32)]
    [InlineData(300_000, 512 << 10)]
    [InlineData(1 << 20, 1 << 20)]
    [InlineData((1 << 20) + 1, (1 << 20) + 1)]
    public void Sizes_are_powers_of_two_up_to_a_megabyte(int length, int size) =>
    Assert.Equal(size, new MessageArrays(Kept).Rent(length).Length);

    [Fact]
    public void An_array_is_used_again_but_never_by_two()
    {
        var arrays = new MessageArrays(Kept);
        byte[] first = arrays.Rent(1000);
        arrays.Return(first);
        Assert.Same(first, arrays.Rent(600));
        Assert.NotSame(first, arrays.Rent(600));
    }

    [Fact]
    public void What_is_kept_stays_within_its_bound_and_large_ones_are_not_kept()
    {
        var arrays = new MessageArrays(Kept);
        byte[][] held = [.. Enumerable.Range(0, 8).Select(_ => arrays.Rent(256 << 10))];
        foreach (byte[] array in held) arrays.Return(array);
        byte[][] again = [.. Enumerable.Range(0, 8).Select(_ => arrays.Rent(256 << 10))];
        Assert.Equal(4, again.Intersect(held).Count());
        byte[] large = arrays.Rent(Kept + 1);
        arrays.Return(large);
        Assert.NotSame(large, arrays.Rent(Kept + 1));
    }

    [Fact]
    public void A_share_counts_what_a_message_takes_until_it_is_given_back()
    {
        using var share = new MemoryShare(new MemoryBudget(Kept));
        MessageBuffer buffer = share.Rent(300_000, rows: 10);
        Assert.Equal(300_000, buffer.Memory.Length);
        Assert.InRange(share.Used, 512 << 10, (512 << 10) + 10_000);
        buffer.Dispose();
        buffer.Dispose();
        Assert.Equal(0, share.Used);
    }
}
