using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Failback.Contracts.Api;

namespace Failback.Control.Api;

/// <summary>
/// JSON of requests and answers at the HTTP edge. A body is what its type says: members that are not optional must be there, and null
/// only stands where the type allows it, so that no call meets a null it does not expect.
/// </summary>
internal static class RequestJson
{
    public static void Configure(JsonSerializerOptions options)
    {
        ApiJson.Configure(options);
        options.RespectNullableAnnotations = true;
        options.RespectRequiredConstructorParameters = true;
        options.TypeInfoResolver = (options.TypeInfoResolver ?? new DefaultJsonTypeInfoResolver()).WithAddedModifier(AnswersAsTheyAre);
    }

    // The rule is about what callers send. An answer that a fault made incomplete is still of more use than none.
    private static void AnswersAsTheyAre(JsonTypeInfo type)
    {
        foreach (JsonPropertyInfo property in type.Properties.Where(property => !property.PropertyType.IsValueType))
            property.IsGetNullable = true;
    }
}
