namespace Failback.Contracts.Control;

/// <summary>What the sink does with rows of a table that the failback does not know.</summary>
public enum UnknownTablePolicy
{
    /// <summary>The whole request is refused with 4xx naming the table; the changefeed retries.</summary>
    Reject,

    /// <summary>The rows go to the failback's dead-letter queue; the rest of the request is accepted.</summary>
    DeadLetter,
}

/// <summary>What the applier does with a row that the target refuses for a reason that will not pass.</summary>
public enum BadRowPolicy
{
    /// <summary>The row is kept in the staging schema, its neighbours are applied.</summary>
    DeadLetter,

    /// <summary>The apply group halts at the row until an operator acts.</summary>
    Stop,
}

/// <summary>Whether triggers of the target fire for rows of the failback.</summary>
public enum TriggerPolicy
{
    /// <summary>
    /// As for any other session; a trigger that runs before each row is taken into account by the operator who writes this.
    /// </summary>
    Fire,

    /// <summary>Only those that are meant for replicas; foreign keys are verified by the applier instead of the server.</summary>
    Replica,
}

/// <summary>What the applier does with a column of the feed that the target table does not have.</summary>
public enum UnknownColumnPolicy
{
    /// <summary>The table's group halts with the DDL to run, and goes on by itself once the column exists.</summary>
    Stop,

    /// <summary>The column is left out.</summary>
    Ignore,

    /// <summary>The columns go as one JSON object into a column of the target that the definition names.</summary>
    Extras,
}
