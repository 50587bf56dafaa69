using System.Text.Json.Serialization;

namespace Failback.Contracts.Api;

/// <summary>A page of the audit log.</summary>
/// <param name="Items">Lines, oldest first.</param>
/// <param name="Next">Value of <c>after</c> for the next page; null on the last page.</param>
/// <param name="Intact">False when a line of this page was changed, or one before or between is missing.</param>
/// <param name="Head">Hash of the last line of the whole log.</param>
public sealed record AuditPage(
    IReadOnlyList<AuditLine> Items,
    [property: JsonNumberHandling(JsonNumberHandling.WriteAsString | JsonNumberHandling.AllowReadingFromString)] long? Next,
    bool Intact,
    string Head);
