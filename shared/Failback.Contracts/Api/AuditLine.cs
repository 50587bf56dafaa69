using System.Text.Json.Serialization;

namespace Failback.Contracts.Api;

/// <summary>A line of the audit log with its number.</summary>
/// <param name="Number">Lines are numbered from 1 without a gap.</param>
/// <param name="Entry">The line.</param>
public sealed record AuditLine(
    [property: JsonNumberHandling(JsonNumberHandling.WriteAsString | JsonNumberHandling.AllowReadingFromString)] long Number,
        AuditEntry Entry);
