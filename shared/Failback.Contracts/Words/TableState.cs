using System.Text.Json.Serialization;

namespace Failback.Contracts.Words;

/// <summary>What happens to the rows of a table.</summary>
[JsonConverter(typeof(WordConverter<TableState>))]
public enum TableState
{
    /// <summary>They are applied.</summary>
    Running,

    /// <summary>They wait for something that passes by itself; it is tried again.</summary>
    Retrying,

    /// <summary>They wait for an operator.</summary>
    Stopped,

    /// <summary>The failback is paused.</summary>
    Paused,

    /// <summary>No applier has reported yet.</summary>
    Unknown,

    /// <summary>Reports have ceased.</summary>
    Silent,
}
