namespace Failback.Contracts.Words;

/// <summary>Codes of the troubles of a failback, each with what it means for the failback's condition.</summary>
public static class TroubleCodes
{
    public const string BrokerUnavailable = "broker_unavailable";
    public const string NotAcknowledged = "not_acknowledged";
    public const string ApplierSilent = "applier_silent";
    public const string ApplierBusy = "applier_busy";
    public const string ApplierUnable = "applier_unable";
    public const string TargetSilent = "target_silent";
    public const string SinkSilent = "sink_silent";
    public const string SinkUnable = "sink_unable";
    public const string SinkReplicaUnable = "sink_replica_unable";
    public const string RowsSetAside = "rows_set_aside";
    public const string RowsWaiting = "rows_waiting";
    public const string WindowWaiting = "window_waiting";
    public const string ApplyLagging = "apply_lagging";
    public const string NoFirstResolved = "no_first_resolved";
    public const string FeedLagging = "feed_lagging";

    /// <summary>Every code and its meaning, the weightiest first: of several troubles the first decides on the condition.</summary>
    public static IReadOnlyList<(string Code, TroubleMeaning Meaning)> All { get; } =
    [
        (BrokerUnavailable, TroubleMeaning.Silence),
        (ApplierSilent, TroubleMeaning.Silence),
        (NotAcknowledged, TroubleMeaning.Silence),
        (ContinuityCodes.Broken, TroubleMeaning.Holds),
        (ContinuityCodes.Unknown, TroubleMeaning.Holds),
        (ApplierUnable, TroubleMeaning.Holds),
        ("table_stopped", TroubleMeaning.Holds),
        ("script_stopped", TroubleMeaning.Holds),
        (TargetSilent, TroubleMeaning.Holds),
        ("table_retrying", TroubleMeaning.Holds),
        (RowsSetAside, TroubleMeaning.Holds),
        (RowsWaiting, TroubleMeaning.Holds),
        (SinkSilent, TroubleMeaning.Silence),
        (SinkUnable, TroubleMeaning.Holds),
        ("timestamp_in_future", TroubleMeaning.Holds),
        ("changefeed_missing", TroubleMeaning.Holds),
        ("changefeed_failed", TroubleMeaning.Holds),
        ("changefeed_canceled", TroubleMeaning.Holds),
        ("changefeed_succeeded", TroubleMeaning.Holds),
        ("changefeed_unknown", TroubleMeaning.Holds),
        ("changefeed_paused", TroubleMeaning.Holds),
        ("changefeed_retrying", TroubleMeaning.Holds),
        ("source_table_dropped", TroubleMeaning.Holds),
        ("source_table_truncated", TroubleMeaning.Holds),
        ("source_unavailable", TroubleMeaning.Silence),
        (NoFirstResolved, TroubleMeaning.Holds),
        (FeedLagging, TroubleMeaning.Holds),
        (WindowWaiting, TroubleMeaning.Holds),
        (ApplierBusy, TroubleMeaning.Delays),
        (ApplyLagging, TroubleMeaning.Delays),
        (ContinuityCodes.SecondSender, TroubleMeaning.Warns),
        ("definition_went_back", TroubleMeaning.Warns),
        (SinkReplicaUnable, TroubleMeaning.Warns),
        ("new_source_table", TroubleMeaning.Warns),
        ("source_key_changed", TroubleMeaning.Warns),
    ];

    /// <summary>Returns the place of a code in <see cref="All"/>; a code that is not there stands last and holds.</summary>
    public static int Weight(string code)
    {
        for (int i = 0; i < All.Count; i++)
        {
            if (All[i].Code == code) return i;
        }

        return All.Count;
    }

    /// <summary>Returns what a code means; one that is not in <see cref="All"/> holds, so that it is never taken for well.</summary>
    public static TroubleMeaning MeaningOf(string code) => Weight(code) is int place && place < All.Count
        ? All[place].Meaning
        : TroubleMeaning.Holds;
}
