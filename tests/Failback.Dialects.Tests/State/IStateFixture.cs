namespace Failback.Dialects.Tests.State;

/// <summary>A kind of database that can hold the state of control.</summary>
public interface IStateFixture
{
    /// <summary>Several control processes may use one.</summary>
    bool IsShared { get; }

    /// <summary>Makes an empty one; answers the setting that names it.</summary>
    Task<string> CreateAsync();
}
