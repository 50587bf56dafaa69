using CsCheck;
using Failback.Hosting.Security;
using Microsoft.Extensions.Primitives;
using Xunit;

namespace Failback.Tests.Hosting.Security;

public sealed class BearerTokensTests
{
    [Fact]
    public void A_token_fits_its_own_hash_only()
    {
        (string token, string other) = (BearerTokens.Create(), BearerTokens.Create());
        string hash = BearerTokens.Hash(token);
        Assert.True(BearerTokens.IsHash(hash));
        Assert.DoesNotContain(token["fbt_".Length..], hash, StringComparison.Ordinal);
        Assert.True(BearerTokens.Matches(token, [BearerTokens.Hash(other), hash]));
        Assert.False(BearerTokens.Matches(other, [hash]));
        Assert.False(BearerTokens.Matches(token, []));
        Assert.False(BearerTokens.Matches(hash, [hash]));
    }

    [Theory]
    [InlineData("Bearer abc", "abc")]
    [InlineData("bearer  abc ", "abc")]
    [InlineData("Bearer ", null)]
    [InlineData("Bearer", null)]
    [InlineData("Basic abc", null)]
    [InlineData("abc", null)]
    [InlineData("", null)]
    public void Reads_the_token_of_a_header(string header, string? token) => Assert.Equal(token, BearerTokens.FromHeader(header));

    [Fact]
    public void Two_headers_or_a_very_long_one_hold_no_token()
    {
        Assert.Null(BearerTokens.FromHeader(new StringValues(["Bearer a", "Bearer b"])));
        Assert.Null(BearerTokens.FromHeader(StringValues.Empty));
        Assert.Null(BearerTokens.FromHeader("Bearer " + new string('a', 9000)));
    }

    [Fact]
    public void Whatever_a_header_holds_is_read_without_an_exception() => Gen.String.Array[0, 3].Sample(
        headers => BearerTokens.FromHeader(new StringValues(headers)) is null or { Length: > 0 }, iter: 5000);
}
