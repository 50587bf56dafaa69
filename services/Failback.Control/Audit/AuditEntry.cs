using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Serialization;
using Failback.Control.Definitions;

namespace Failback.Control.Audit;

/// <summary>A line of the audit log. Every mutating call writes two: one before anything is done, and one with what came of it.</summary>
internal sealed record AuditEntry
{
    /// <summary>Ties the two lines of a call together.</summary>
    public required string Call { get; init; }

    public required DateTimeOffset At { get; init; }

    /// <summary>Name of the token or of the signed token's owner.</summary>
    public required string Caller { get; init; }

    public required string Role { get; init; }

    /// <summary>Address of the connection.</summary>
    public required string Remote { get; init; }

    public required string Method { get; init; }

    /// <summary>Path, without the query.</summary>
    public required string Path { get; init; }

    /// <summary>Failback that the call is about; absent: none.</summary>
    public string? Failback { get; init; }

    /// <summary><c>begun</c>, or the status of the answer.</summary>
    public required string Outcome { get; init; }

    /// <summary>Hash of the line before.</summary>
    public string Before { get; init; } = "";

    /// <summary>SHA-256 of this line, <see cref="Before"/> included: a line that is changed or taken out breaks the chain.</summary>
    public string Hash { get; init; } = "";

    /// <summary>The line behind another.</summary>
    public AuditEntry Behind(string before)
    {
        AuditEntry line = this with { Before = before, Hash = "" };
        return line with { Hash = line.Digest() };
    }

    /// <summary>True when nothing of it was changed.</summary>
    [JsonIgnore]
    public bool IsIntact => (this with { Hash = "" }).Digest() == Hash;

    private string Digest() => Convert.ToHexStringLower(SHA256.HashData(JsonSerializer.SerializeToUtf8Bytes(this, DefinitionJson.Options)));
}
