using System.Text;
using Failback.Control.Api;
using Failback.Control.Definitions;
using Xunit;

namespace Failback.Tests.Control;

/// <summary>Texts of a definition that the parser of JSON takes and that cannot be read.</summary>
public sealed class DefinitionTextTests
{
    [Theory]
    [InlineData("7B22FFFE223A317D")]
    [InlineData("7B2261223A22C3227D")]
    public void A_text_that_is_not_utf8_is_no_json(string body) => Refused(Convert.FromHexString(body));

    [Theory]
    [InlineData("""{"\ud800":1}""")]
    [InlineData("""{"target":"\udc00"}""")]
    public void Half_a_surrogate_pair_is_no_json(string body) => Refused(Encoding.UTF8.GetBytes(body));

    private static void Refused(byte[] body) =>
        Assert.Equal("invalid_json", Assert.Throws<ApiException>(() => DefinitionReader.Read(body, null)).Code);
}
