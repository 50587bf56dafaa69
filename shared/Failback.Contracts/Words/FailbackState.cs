using System.Text.Json.Serialization;

namespace Failback.Contracts.Words;

/// <summary>
/// What an operator has ordered, and whether all concerned have said that it is so: paused and stopped are said by evidence only.
/// </summary>
[JsonConverter(typeof(WordConverter<FailbackState>))]
public enum FailbackState
{
    /// <summary>Defined and not started.</summary>
    Created,

    /// <summary>Rows are to be taken and applied.</summary>
    Running,

    /// <summary>A pause was ordered; not every owner of tables has acknowledged it.</summary>
    Pausing,

    /// <summary>No applier writes anything, and none can.</summary>
    Paused,

    /// <summary>A stop was ordered; not every sink and owner of tables has acknowledged it.</summary>
    Stopping,

    /// <summary>The sinks take nothing; what is queued is applied.</summary>
    Stopped,

    /// <summary>It is being removed.</summary>
    Deleted,
}
