using Failback.Contracts;

namespace Failback.Testing.Changefeeds;

/// <summary>Size of a random run.</summary>
/// <param name="Transactions">Committed source transactions.</param>
/// <param name="MaxOperations">Most operations in one transaction.</param>
/// <param name="Tables">Number of tables; 0: random.</param>
public sealed record WorkloadOptions(int Transactions = 60, int MaxOperations = 6, int Tables = 0);

/// <summary>Creates a random database and its history; the same seed creates the same history.</summary>
public static class Workload
{
    private const long FirstNanosecond = 1_760_000_000_000_000_000;

    public static ModelHistory Next(Random random, WorkloadOptions? options = null)
    {
        options ??= new WorkloadOptions();
        ModelSchema schema = SchemaGenerator.Next(random, options.Tables);
        var transactions = new TransactionGenerator(schema, random);
        ModelState state = new(schema);
        var now = new HlcTimestamp(FirstNanosecond, 0);
        int seeds = random.Next(0, 6);
        for (int i = 0; i < seeds; i++) Apply(state, transactions.Next(state, now, options.MaxOperations));
        var history = new ModelHistory(schema, state.Copy(), now);
        int committed = 0;
        for (int attempt = 0; committed < options.Transactions && attempt < options.Transactions * 20; attempt++)
        {
            now = random.Next(8) == 0 ? now with { Logical = now.Logical + 1 } : new HlcTimestamp(now.Wall + random.Next(1, 40_000_000), 0);
            IReadOnlyList<ModelChange> changes = transactions.Next(state, now, options.MaxOperations);
            if (changes.Count == 0) continue;
            history.Commit(changes);
            Apply(state, changes);
            committed++;
        }

        return history;
    }

    private static void Apply(ModelState state, IReadOnlyList<ModelChange> changes)
    {
        foreach (ModelChange change in changes) state.Apply(change);
    }
}
