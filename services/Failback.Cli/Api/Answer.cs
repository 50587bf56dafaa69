using System.Text.Json;
using System.Text.Json.Nodes;
using Failback.Cli.Settings;
using Failback.Contracts.Api;

namespace Failback.Cli.Api;

/// <summary>
/// An answer of control. <c>-o json</c> prints it as it came, with what a later release adds; everything else reads the resource.
/// </summary>
/// <typeparam name="T">The resource.</typeparam>
/// <param name="json">As it came.</param>
internal sealed class Answer<T>(JsonNode json)
{
    private readonly Lazy<T> _value = new(() => Read(json));

    public JsonNode Json { get; } = json;

    /// <exception cref="CallFailedException">The answer is of another kind: control is of another release.</exception>
    public T Value => _value.Value;

    private static T Read(JsonNode json)
    {
        try
        {
            return json.Deserialize<T>(ApiJson.Options)!;
        }
        catch (JsonException e)
        {
            throw new CallFailedException(
                ExitCodes.Refused, "unknown_answer", $"the answer of control is not understood: {e.Message}",
                "use the command line of control's release, or -o json");
        }
    }
}
