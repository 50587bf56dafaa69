using System.Text.Json.Nodes;
using Failback.Contracts.Api;
using Failback.Contracts.Control;
using Microsoft.AspNetCore.Mvc.ApiExplorer;

namespace Failback.Control.Documentation;

/// <summary>One example of every type that the API accepts or returns. A test reads each back as its type.</summary>
internal static class ApiExamples
{
    private const string Definition =
        """{ "source": "postgresql://failback:***@crdb:26257/shop?sslmode=verify-full", "target": "postgres://app:***@old:5432/shop", "schemaFilter": "public", "tableFilter": "orders|items", "mode": "consistent" }""";

    private const string Trouble =
        "1 row of public.orders is set aside, because the target refuses it; the watermark is held at 2025-11-25 23:00:49Z";

    private const string Resource =
        $$"""
        { "name": "shop", "revision": "1764111600123", "state": "running", "activity": "consistent", "dialect": "postgres",
          "condition": { "state": "held", "code": "rows_set_aside", "since": "2025-11-25T23:00:50Z", "what": "{{Trouble}}", "next": "failback dlq list shop --table public.orders" },
          "webhookUrl": "https://sink.example:30004/f/shop-6c1e", "webhookPath": "/f/shop-6c1e", "stagingSchema": "_failback_1764111500000000000",
          "createdAt": "2025-11-25T22:58:20Z", "updatedAt": "2025-11-25T23:00:00.123Z", "definition": {{Definition}},
          "receivedResolved": "1764111701000000000.0000000000", "appliedResolved": "1764111700000000000.0000000000", "lagSeconds": 1.2,
          "totals": { "received": 1200, "applied": 1180, "superseded": 15, "filtered": 0, "deadLettered": 1, "inFlight": 4 },
          "sink": { "replicas": 1, "acceptedRows": 1200, "acceptedRequests": 60, "rejectedRequests": 0, "unavailableRequests": 0, "resolved": "1764111701000000000.0000000000", "lastReportAt": "2025-11-25T23:01:41Z" },
          "changefeed": { "jobId": "1128411034512326657", "status": "running", "cursor": "1764111590000000000.0000000000", "feedLagSeconds": 0.9, "paused": false },
          "errors": [{ "code": "rows_set_aside", "table": "public.orders", "message": "{{Trouble}}", "since": "2025-11-25T23:00:50Z", "count": 1,
            "next": "failback dlq list shop --table public.orders" }] }
        """;

    private const string TableText =
        """
        { "table": "public.orders", "source": "public.orders", "target": "public.orders", "queue": "fb.shop.19abc.public.orders", "received": 1000, "applied": 985, "superseded": 10, "filtered": 0,
          "deadLettered": 1, "inFlight": 4, "openLetters": 1, "waitingLetters": 0, "appliedResolved": "1764111700000000000.0000000000", "receivedResolved": "1764111701000000000.0000000000", "state": "running", "error": null,
          "replica": "applier-1", "reportedAt": "2025-11-25T23:01:41Z", "unknownColumns": ["note"], "absentColumns": [] }
        """;

    private const string StartText =
        """
        { "name": "shop", "state": "running", "action": "created", "changefeed": { "jobId": "1128411034512326657", "status": "running", "cursor": "1764111590000000000.0000000000", "paused": false },
          "steps": [], "webhookUrl": "https://sink.example:30004/f/shop-6c1e", "stagingSchema": "_failback_1764111500000000000",
          "tables": [{ "source": "public.orders", "target": "public.orders", "queue": "fb.shop.19abc.public.orders", "sourceKey": [] }], "revision": "1764111600123" }
        """;

    private const string LetterText =
        """
        { "id": 17, "table": "public.orders", "state": "open", "updated": "1764111650000000000.0000000000", "key": "[42]", "isDelete": false, "size": 61, "errorClass": "Constraint", "errorCode": "23514",
          "errorMessage": "violates check constraint total_positive", "attempts": 1, "createdAt": "2025-11-25T23:00:50Z", "changedAt": "2025-11-25T23:00:50Z" }
        """;

    private const string ReportText =
        """
        { "ready": false, "errors": 1, "warnings": 0, "checks": [{ "code": "rangefeeds_disabled", "severity": "error", "place": "source", "message": "rangefeeds are switched off",
          "fix": "SET CLUSTER SETTING kv.rangefeed.enabled = true" }] }
        """;

    private const string OperationText =
        """
        { "id": "019abc0000007000800000000000000a", "kind": "start", "failback": "shop", "state": "running", "step": "declaring queues", "done": 0, "total": 12, "cancelRequested": false,
          "createdAt": "2025-11-25T23:00:00Z", "updatedAt": "2025-11-25T23:00:01Z" }
        """;

    private const string EventText =
        """{ "id": "1764111600124", "at": "2025-11-25T23:00:00Z", "type": "state", "message": "created became running" }""";

    private const string ScriptText =
        """{ "version": 3, "active": true, "sha256": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08", "bytes": 412, "createdAt": "2025-11-25T23:00:00Z", "warnings": [] }""";

    private const string BulkText =
        """{ "filter": { "table": "public.orders", "errorClass": "Constraint" }, "reason": "the constraint is right, the rows are test data", "preview": false }""";

    /// <summary>Examples as JSON text, by type.</summary>
    public static IReadOnlyDictionary<Type, string> All { get; } = new Dictionary<Type, string>
    {
        [typeof(FailbackDefinition)] = Definition,
        [typeof(FailbackResource)] = Resource,
        [typeof(FailbackResource[])] = $"[{Resource}]",
        [typeof(TableResource)] = TableText,
        [typeof(TableResource[])] = $"[{TableText}]",
        [typeof(StartAnswer)] = StartText,
        [typeof(RewindRequest)] = """{ "reason": "the target was restored from last night's backup", "preview": true }""",
        [typeof(RewindAnswer)] =
            """{ "name": "shop", "from": "1753340000000000000.0000000000", "to": "1753290000000000000.0000000000", "preview": true }""",
        [typeof(DeadLetter)] = LetterText,
        [typeof(LetterPage)] = $$"""{ "items": [{{LetterText}}], "next": 17 }""",
        [typeof(DiscardRequest)] = """{ "reason": "a test row" }""",
        [typeof(BulkRequest)] = BulkText,
        [typeof(BulkAnswer)] = """{ "matched": 3, "done": 2, "refused": { "18": "superseded" } }""",
        [typeof(ScriptResource)] = ScriptText,
        [typeof(ScriptResource[])] = $"[{ScriptText}]",
        [typeof(ScriptUpload)] = """{ "source": "import * as api from 'replicator@v1';", "activate": true }""",
        [typeof(ScriptTrialRequest)] =
            """{ "rows": [{ "topic": "orders", "key": [42], "after": { "id": 42, "total": 9.50 }, "updated": "1764111650000000000.0000000000" }] }""",
        [typeof(ScriptTrialAnswer)] =
            """{ "version": 3, "rows": [{ "index": 0, "table": "public.orders", "key": [42], "outcome": "dropped" }], "routed": 0, "dropped": 1, "failed": 0 }""",
        [typeof(PreflightReport)] = ReportText,
        [typeof(Waiver[])] =
            """[{ "letter": 7, "table": "public.orders", "key": "[42]", "updated": "1764111650000000000.0000000000", "reason": "a test order", "by": "ada", "at": "2025-11-25T23:01:41Z" }]""",
        [typeof(AuditPage)] = """
            { "items": [{ "number": "1", "entry": { "call": "01a2152440507da49a8b6cab997f7ef6", "at": "2025-11-25T23:01:41Z", "caller": "night-shift", "role": "operator", "remote": "10.0.0.7", "method": "POST",
              "path": "/api/v1/failbacks/shop/start", "failback": "shop", "outcome": "begun", "before": "", "hash": "70228347774f60a3" } }], "next": "1", "intact": true, "head": "42cb4322c74bbfe6" }
            """,
        [typeof(WebhookTokenAnswer)] =
            """{ "token": "fbt_…", "next": "create the changefeed WITH webhook_auth_header='Bearer <token>'" }""",
        [typeof(Operation)] = OperationText,
        [typeof(Operation[])] = $"[{OperationText}]",
        [typeof(FailbackEvent)] = EventText,
        [typeof(FailbackEvent[])] = $"[{EventText}]",
    };

    /// <summary>Returns an example of the body of a call, or null.</summary>
    public static JsonNode? Request(ApiDescription call) =>
        Find(call.ParameterDescriptions.FirstOrDefault(parameter => parameter.Source.Id == "Body")?.Type)
        ?? Find(call.SupportedRequestFormats.Count > 0 && call.HttpMethod == "PUT" ? typeof(FailbackDefinition) : null);

    /// <summary>Returns an example of an answer of a type, or null.</summary>
    public static JsonNode? Response(Type? type) => Find(type);

    private static JsonNode? Find(Type? type) => type is not null && All.TryGetValue(type, out string? text) ? JsonNode.Parse(text) : null;
}
