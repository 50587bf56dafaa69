using System.Text.Json.Serialization;

namespace Failback.Contracts.Words;

/// <summary>What was heard of a failback, in one word.</summary>
[JsonConverter(typeof(WordConverter<ConditionState>))]
public enum ConditionState
{
    /// <summary>All parts were heard of a moment ago, nothing is wrong, and the target is a moment behind the source.</summary>
    Ok,

    /// <summary>Rows are applied, and the target is not yet where the source is.</summary>
    CatchingUp,

    /// <summary>Something holds the watermark, or nothing is to be applied.</summary>
    Held,

    /// <summary>A part without which nothing can be said was not heard of.</summary>
    Unknown,
}
