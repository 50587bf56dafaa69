using Failback.Testing.Captures;
using Xunit;

namespace Failback.Tests.Testing;

public sealed class CaptureValuesTests
{
    [Theory]
    [InlineData("BOOL", "t", "true")]
    [InlineData("FLOAT8", "+Inf", "Infinity")]
    [InlineData("FLOAT8", "-1.7976931348623157e+308", "-1.7976931348623157e308")]
    [InlineData("FLOAT4", "1.401298464324817e-45", "1e-45")]
    [InlineData("DECIMAL", "1E+20", "100000000000000000000")]
    [InlineData("DECIMAL", "-1E-3", "-0.001")]
    [InlineData("DECIMAL(14,4)", "1.10", "1.1000")]
    [InlineData("CHAR(5)", "ab   ", "ab")]
    [InlineData("TIMESTAMP", "294276-12-31 23:59:59.999999", "infinity")]
    [InlineData("TIMESTAMPTZ", "0001-12-31 23:59:59.999999+00:00 BC", "0001-12-31 23:59:59.999999+00 BC")]
    [InlineData("TIMETZ", "01:02:03.5+14:00:00", "01:02:03.5+14")]
    [InlineData("INTERVAL", "-1 years -2 mons 3 days -04:05:06.000007", "-1 years -2 mons +3 days -04:05:06.000007")]
    [InlineData("JSONB", "{\"b\": 1E+2, \"a\": \"é\"}", "{\"a\": \"\\u00e9\", \"b\": 100}")]
    [InlineData("FLOAT8[]", "{NaN,+Inf,-0.0}", "{NaN,Infinity,-0}")]
    [InlineData("public.mood[]", "{happy,\"'mixed Case'\",\"e'quo\\\\'te'\"}", "{happy,\"mixed Case\",quo'te}")]
    public void Two_spellings_of_one_value_are_equal(string type, string cockroach, string postgres) =>
        Assert.Equal(CaptureValues.Normalise(type, cockroach), CaptureValues.Normalise(type, postgres));

    [Theory]
    [InlineData("DECIMAL", "1.0", "1.00")]
    [InlineData("DECIMAL", "12345678901234567890.12345678901234567890", "12345678901234567890.12345678901234567891")]
    [InlineData("FLOAT8", "9007199254740992", "9007199254740994")]
    [InlineData("STRING", "a ", "a")]
    [InlineData("TIMESTAMPTZ", "2024-01-01 00:00:00+00:00", "2024-01-01 00:00:00+01:00")]
    [InlineData("INTERVAL", "1 mon", "30 days")]
    [InlineData("JSONB", "{\"n\": 9007199254740993}", "{\"n\": 9007199254740992}")]
    [InlineData("STRING[]", "{NULL}", "{\"NULL\"}")]
    [InlineData("BYTES", "\\x00", "\\x")]
    public void Different_values_stay_different(string type, string one, string other) =>
        Assert.NotEqual(CaptureValues.Normalise(type, one), CaptureValues.Normalise(type, other));
}
