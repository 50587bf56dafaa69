using Failback.Applier.MySql.Connection;
using Failback.Apply.Tables;

namespace Failback.Applier.MySql.Writing;

/// <summary>
/// Texts of the questions about foreign keys; those about a row follow its number. A null in a key satisfies it.
/// </summary>
internal static class MySqlReferenceSql
{
    /// <summary>Found when the row with the key has children; parameters are the key's.</summary>
    public static string Referenced(TargetTable parent, TargetTable child, ForeignKey foreignKey) =>
        $" FROM DUAL WHERE EXISTS (SELECT 1 FROM {MySqlName.Quote(child.Name)} AS c WHERE {IsOf(parent, child, foreignKey)})";

    /// <summary>Keys of the children of the row with the key, as text; parameters are the key's.</summary>
    public static string Children(TargetTable parent, TargetTable child, ForeignKey foreignKey)
    {
        string keys = string.Join(
            ", ", child.PrimaryKey.Select(k => MySqlSql.Column(child, k)).Select(column => column.IdentityExpression("c." + column.Name)));
        return $", {keys} FROM {MySqlName.Quote(child.Name)} AS c WHERE {IsOf(parent, child, foreignKey)}";
    }

    /// <summary>Found when the row with the key references a parent that is not there; parameters are the key's.</summary>
    public static string OrphanOf(TargetTable child, ForeignKey foreignKey)
    {
        string own = MySqlName.Quote(child.Name);
        return $" FROM {own} WHERE {MySqlSql.KeyMatch(child)} AND {NotNull(child, own, foreignKey)} AND NOT EXISTS "
            + $"(SELECT 1 FROM {MySqlName.Quote(foreignKey.Parent)} AS p WHERE {Match(child, own, foreignKey, "p")})";
    }

    /// <summary>
    /// Found when the row with the key is not there although children reference it; parameters are a value per column of the foreign key,
    /// then the key's.
    /// </summary>
    public static string Abandoned(TargetTable parent, TargetTable child, ForeignKey foreignKey)
    {
        IEnumerable<string> match = foreignKey.ParentColumns.Select(
            (p, i) => $"c.{MySqlSql.Column(child, foreignKey.Columns[i]).Name} = "
                + $"{MySqlSql.Column(parent, parent.FindColumn(p)).KeyExpression}");
        return $" FROM DUAL WHERE EXISTS (SELECT 1 FROM {MySqlName.Quote(child.Name)} AS c WHERE {string.Join(" AND ", match)}) AND NOT "
            + $"EXISTS (SELECT 1 FROM {MySqlName.Quote(parent.Name)} WHERE {MySqlSql.KeyMatch(parent)})";
    }

    /// <summary>What children reference of the row with the key, where it has any; parameters are the key's.</summary>
    public static string ReferencedValues(TargetTable parent, TargetTable child, ForeignKey foreignKey)
    {
        string own = MySqlName.Quote(parent.Name);
        string values = string.Join(", ", foreignKey.ParentColumns.Select(p => $"{own}.{MySqlName.Quote(p)}"));
        return $", {values} FROM {own} WHERE {MySqlSql.KeyMatch(parent)} AND EXISTS "
            + $"(SELECT 1 FROM {MySqlName.Quote(child.Name)} AS c WHERE {Match(child, "c", foreignKey, own)})";
    }

    /// <summary>Found when children reference values that no parent has; parameters are the values, twice.</summary>
    public static string AbandonedValues(TargetTable parent, TargetTable child, ForeignKey foreignKey)
    {
        string children = string.Join(" AND ", foreignKey.Columns.Select(c => $"c.{MySqlSql.Column(child, c).Name} = ?"));
        string parents = string.Join(" AND ", foreignKey.ParentColumns.Select(p => $"p.{MySqlName.Quote(p)} = ?"));
        return $" FROM DUAL WHERE EXISTS (SELECT 1 FROM {MySqlName.Quote(child.Name)} AS c WHERE {children}) AND NOT EXISTS "
            + $"(SELECT 1 FROM {MySqlName.Quote(parent.Name)} AS p WHERE {parents})";
    }

    private static string IsOf(TargetTable parent, TargetTable child, ForeignKey foreignKey)
    {
        string own = string.Join(", ", foreignKey.Columns.Select(c => "c." + MySqlSql.Column(child, c).Name));
        string referenced = string.Join(", ", foreignKey.ParentColumns.Select(MySqlName.Quote));
        return $"({own}) IN (SELECT {referenced} FROM {MySqlName.Quote(parent.Name)} WHERE {MySqlSql.KeyMatch(parent)})";
    }

    private static string Match(TargetTable child, string own, ForeignKey foreignKey, string parent) => string.Join(
        " AND ", foreignKey.ParentColumns.Select(
            (p, i) => $"{parent}.{MySqlName.Quote(p)} = {own}.{MySqlSql.Column(child, foreignKey.Columns[i]).Name}"));

    private static string NotNull(TargetTable child, string own, ForeignKey foreignKey) =>
        string.Join(" AND ", foreignKey.Columns.Select(c => $"{own}.{MySqlSql.Column(child, c).Name} IS NOT NULL"));
}
