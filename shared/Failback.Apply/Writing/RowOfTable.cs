using Failback.Apply.Windows;

namespace Failback.Apply.Writing;

/// <summary>Which row of which table of a group.</summary>
/// <param name="Table">Place of the table in its group.</param>
/// <param name="Identity">The row.</param>
internal readonly record struct RowOfTable(int Table, KeyIdentity Identity);
