namespace Failback.Contracts.Control;

/// <summary>Orders of the bytes of a UUID <c>00112233-4455-6677-8899-aabbccddeeff</c>.</summary>
public enum UuidByteOrder
{
    /// <summary><c>00112233445566778899…</c>, as it is written.</summary>
    Plain,

    /// <summary><c>66774455001122338899…</c>, as MySQL's <c>UUID_TO_BIN(x, 1)</c>: time-high, time-mid, time-low.</summary>
    Swapped,

    /// <summary><c>33221100554477668899…</c>, as a GUID of Windows and .NET lies in memory.</summary>
    Mixed,
}
