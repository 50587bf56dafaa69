namespace Failback.Apply.Writing;

/// <summary>A row contradicted the assumed order of key columns: the window is identified again with the order just learned.</summary>
public sealed class KeyMapChangedException() : Exception("the order of key columns was learned anew");
