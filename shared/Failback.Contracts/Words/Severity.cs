using System.Text.Json.Serialization;

namespace Failback.Contracts.Words;

/// <summary>How bad a finding is.</summary>
[JsonConverter(typeof(WordConverter<Severity>))]
public enum Severity
{
    /// <summary>Good to know.</summary>
    Info,

    /// <summary>Works, with a risk that is named.</summary>
    Warning,

    /// <summary>Will not work, or will lose or change something.</summary>
    Error,
}
