using System.Text;
using CsCheck;
using Failback.Control.Api;
using Failback.Control.Definitions;
using Xunit;

namespace Failback.Tests.Control;

/// <summary>Whatever is sent as a definition is read or refused by name, within a moment. CsCheck prints the seed of a failure.</summary>
public sealed class DefinitionFuzzTests
{
    private const string Good = """
        { "source": "postgresql://user:pw@crdb:26257/defaultdb?sslmode=verify-full", "target": "postgres://u:p@host:5433/db", "schemaFilter": "a|b", "tableFilter": "[[:alpha:]]+",
          "tables": [ { "source": "s.t", "target": "s.t", "key": ["id"], "columns": { "c": { "rename": "d" } } } ], "mode": "consistent", "bestEffortWindow": "1h",
          "changefeed": { "managed": true, "cursor": "1.0", "webhookPath": "/a/b", "webhookAuthHeader": "Bearer x", "overrides": { "host": "h", "port": 1,
          "sink_query_parameters": "a=b", "resolved": "1s", "initial_scan": "no", "webhook_sink_config": "{}" } } }
        """;

    private static readonly Gen<byte[]> Mutated = Gen.Select(
        Gen.Int[0, Encoding.UTF8.GetByteCount(Good) - 1], Gen.Int[0, 40], Gen.OneOf(Gen.String, Gen.OneOf(
        Gen.Const("\""), Gen.Const("{"), Gen.Const("[[["), Gen.Const("1e999"), Gen.Const("null"), Gen.Const("\\u0000"), Gen.Const("(a+)+$"),
        Gen.Const("***"), Gen.Const("://"), Gen.Const("@?&#%"))))
        .Select((at, cut, text) =>
        {
            byte[] good = Encoding.UTF8.GetBytes(Good);
            return (byte[])[.. good[..at], .. Encoding.UTF8.GetBytes(text), .. good[Math.Min(good.Length, at + cut)..]];
        });

    [Fact]
    public void Mutations_of_a_definition_are_read_or_refused() => Mutated.Sample(Holds, iter: 20_000);

    [Fact]
    public void Bytes_that_are_no_definition_are_refused() => Gen.Byte.Array[0, 200].Sample(Holds, iter: 5_000);

    private static bool Holds(byte[] body)
    {
        try
        {
            return DefinitionReader.Read(body, null).Target.Length > 0;
        }
        catch (ApiException e)
        {
            return e.Status is 400 or 422;
        }
    }
}
