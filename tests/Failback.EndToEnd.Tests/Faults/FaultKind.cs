namespace Failback.EndToEnd.Tests.Faults;

/// <summary>Everything that a <see cref="FaultSchedule"/> can do to a <see cref="FaultedStack"/>.</summary>
public enum FaultKind
{
    /// <summary>kill -9 of a sink; it is started again.</summary>
    KillSink,

    /// <summary>kill -9 of an applier; it is started again.</summary>
    KillApplier,

    /// <summary>kill -9 of control; it is started again.</summary>
    KillControl,

    /// <summary>kill -STOP of an applier, kill -CONT later.</summary>
    FreezeApplier,

    /// <summary>kill -STOP of a sink, kill -CONT later: its requests arrive late.</summary>
    FreezeSink,

    /// <summary>SIGTERM of an applier; it joins again later.</summary>
    ReplicaLeaves,

    /// <summary>The broker ends in good order and comes back.</summary>
    RestartBroker,

    /// <summary>kill -9 of the broker; it is started again.</summary>
    KillBroker,

    /// <summary>The database ends in good order, cutting all sessions, and comes back.</summary>
    RestartDatabase,

    /// <summary>kill -9 of the database; it recovers.</summary>
    KillDatabase,

    /// <summary>Connections between sinks and broker are reset and refused.</summary>
    CutSinksFromBroker,

    /// <summary>The broker's confirms do not reach the sinks.</summary>
    LoseConfirms,

    /// <summary>Connections between sinks and broker crawl.</summary>
    SlowSinksToBroker,

    /// <summary>Connections between appliers and broker are reset and refused.</summary>
    CutAppliersFromBroker,

    /// <summary>Nothing passes between appliers and broker; connections stay open.</summary>
    SilenceAppliersToBroker,

    /// <summary>Connections between appliers and broker crawl.</summary>
    SlowAppliersToBroker,

    /// <summary>Connections between appliers and database are reset and refused.</summary>
    CutAppliersFromDatabase,

    /// <summary>Commits reach the database, their answers do not come back.</summary>
    LoseCommitAnswers,

    /// <summary>Nothing passes between appliers and database; connections stay open.</summary>
    SilenceAppliersToDatabase,

    /// <summary>Connections between appliers and database crawl.</summary>
    SlowAppliersToDatabase,
}
