using Failback.Source;

namespace Failback.Control.Api;

/// <summary>The only place where refusals by the source become answers of the API.</summary>
internal static class KnownProblem
{
    /// <summary>Returns the answer to an expected failure, or null for any other.</summary>
    public static ApiException? Of(Exception exception) => exception switch
    {
        ApiException known => known,
        SourceException source => new ApiException(Status(source), source.Code, source.Message, source.Remedy),
        _ => null,
    };

    private static int Status(SourceException source) => source.Code switch
    {
        SourceException.Unavailable => StatusCodes.Status503ServiceUnavailable,
        SourceException.CursorTooOld or SourceException.KeyDiffers => StatusCodes.Status409Conflict,
        _ => StatusCodes.Status422UnprocessableEntity,
    };
}
