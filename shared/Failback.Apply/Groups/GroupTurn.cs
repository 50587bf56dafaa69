using System.Data.Common;

namespace Failback.Apply.Groups;

/// <summary>A pause between two transactions of a group, under its fence: nothing moves while a question is answered.</summary>
/// <param name="Context">Failback, target and dialect.</param>
/// <param name="Group">The group.</param>
/// <param name="Transaction">Holds the checkpoint rows of the group's tables, and is rolled back afterwards.</param>
internal sealed record GroupTurn(GroupContext Context, OwnedGroup Group, DbTransaction Transaction);
