namespace Failback.Testing.Changefeeds;

/// <summary>
/// Creates a random schema: foreign keys to other tables, to the table itself and in cycles, further unique columns, composite
/// keys.
/// </summary>
public static class SchemaGenerator
{
    private static readonly ModelType[] KeyTypes = [ModelType.BigInt, ModelType.BigInt, ModelType.Uuid, ModelType.Text, ModelType.Numeric];
    private static readonly ModelType[] ValueTypes =
        [ModelType.BigInt, ModelType.Text, ModelType.Numeric, ModelType.Boolean, ModelType.Timestamp, ModelType.Jsonb, ModelType.Uuid,
            ModelType.Bytes];

    /// <param name="random">Source of every random choice.</param>
    /// <param name="tables">Number of tables; 0: one to five.</param>
    public static ModelSchema Next(Random random, int tables = 0)
    {
        int count = tables > 0 ? tables : random.Next(1, 6);
        List<ModelTable> made = [];
        for (int i = 0; i < count; i++) made.Add(Table(random, i));
        for (int i = 0; i < count; i++) made[i] = WithForeignKeys(random, made, i);
        return new ModelSchema(made);
    }

    private static ModelTable Table(Random random, int index)
    {
        bool composite = random.Next(4) == 0;
        List<ModelColumn> columns = [new("id", KeyTypes[random.Next(KeyTypes.Length)], Nullable: false)];
        if (composite) columns.Add(new ModelColumn("part", ModelType.BigInt, Nullable: false));
        int values = random.Next(1, 5);
        for (int i = 0; i < values; i++) columns.Add(
            new ModelColumn($"v{i}", ValueTypes[random.Next(ValueTypes.Length)], Nullable: random.Next(3) > 0));
        if (random.Next(2) == 0)
            columns.Add(
                new ModelColumn(
                    "code", random.Next(2) == 0 ? ModelType.BigInt : ModelType.Text, Nullable: random.Next(2) == 0, Unique: true));
        List<string> key = composite ? ["id", "part"] : ["id"];
        List<string> sourceKey = [.. key];
        if (composite && random.Next(2) == 0) sourceKey.Reverse();
        if (random.Next(4) == 0) sourceKey.Insert(0, "crdb_internal_id_shard_8");
        return new ModelTable { Name = $"t{index}", Columns = columns, PrimaryKey = key, SourceKey = sourceKey };
    }

    private static ModelTable WithForeignKeys(Random random, List<ModelTable> tables, int index)
    {
        ModelTable table = tables[index];
        List<ModelColumn> columns = [.. table.Columns];
        List<ModelForeignKey> keys = [];
        for (int parent = 0; parent < tables.Count; parent++)
        {
            // References to later tables and to the table itself form cycles, which need a nullable column.
            int chance = parent < index ? 2 : parent == index ? 3 : 5;
            if (tables[parent].PrimaryKey.Count > 1 || random.Next(chance) > 0) continue;
            bool nullable = parent >= index || random.Next(2) == 0;
            ModelDelete onDelete = random.Next(
                3) switch
            { 0 => ModelDelete.Cascade, 1 when nullable => ModelDelete.SetNull, _ => ModelDelete.NoAction };
            string column = $"fk{parent}";
            columns.Add(new ModelColumn(column, tables[parent].Columns[0].Type, nullable));
            keys.Add(new ModelForeignKey(column, tables[parent].Name, onDelete, random.Next(4) == 0));
        }

        return table with { Columns = columns, ForeignKeys = keys };
    }
}
