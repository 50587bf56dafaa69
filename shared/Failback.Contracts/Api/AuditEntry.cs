using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Failback.Contracts.Api;

/// <summary>A line of the audit log. Every mutating call writes two: one before it is carried out, and one with its outcome.</summary>
public sealed record AuditEntry
{
    /// <summary>Id that the two lines of a call share.</summary>
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

    /// <summary>Failback that the call concerns; absent when there is none.</summary>
    public string? Failback { get; init; }

    /// <summary><c>begun</c>; the status of the answer with the code of a refusal; or <c>failed</c>.</summary>
    public required string Outcome { get; init; }

    /// <summary>Hash of the previous line.</summary>
    public string Before { get; init; } = "";

    /// <summary>SHA-256 of this line, <see cref="Before"/> included: a line that is changed or taken out breaks the chain.</summary>
    public string Hash { get; init; } = "";

    /// <summary>Returns this line as the successor of the line with the given hash.</summary>
    public AuditEntry Behind(string before)
    {
        AuditEntry line = this with { Before = before, Hash = "" };
        return line with { Hash = line.Digest() };
    }

    /// <summary>True when the line is unchanged.</summary>
    [JsonIgnore]
    public bool IsIntact => (this with { Hash = "" }).Digest() == Hash;

    private string Digest() => Convert.ToHexStringLower(SHA256.HashData(JsonSerializer.SerializeToUtf8Bytes(this, ApiJson.Options)));
}
