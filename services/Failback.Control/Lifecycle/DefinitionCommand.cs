using System.Globalization;
using System.Text.Json;
using Failback.Contracts.Api;
using Failback.Contracts.Control;
using Failback.Control.Api;
using Failback.Control.Changefeeds;
using Failback.Control.Continuity;
using Failback.Control.Definitions;
using Failback.Control.Fleet;
using Failback.Control.Operations;
using Failback.Control.Progress;
using Failback.Control.Registry;
using Failback.Control.Scripts;
using Failback.Control.Settings;
using Failback.Hosting.Connections;
using Failback.Hosting.Secrets;
using Microsoft.Extensions.Options;

namespace Failback.Control.Lifecycle;

/// <summary>PUT: creates or replaces a definition. The same definition again changes nothing.</summary>
internal sealed class DefinitionCommand(
    FailbackStore store, ScriptCommand scripts, StepCalls calls, SecretBox box, WebhookTokens tokens, Announcer announcer,
        ProgressBoard board, WitnessBoard witnesses, CommandLocks locks, IOptions<ControlOptions> options, TimeProvider time,
        ILogger<DefinitionCommand> log)
{
    /// <returns>The failback, and whether it is new.</returns>
    public async Task<(FailbackRecord Failback, bool Created)> PutAsync(
        string name, ReadOnlyMemory<byte> body, Precondition condition, CancellationToken cancellationToken)
    {
        RefuseBadName(name);
        using IDisposable turn = await locks.EnterAsync(name, cancellationToken);
        FailbackRecord? stored = store.Find(name);
        condition.Check(stored);
        if (stored?.State == RunState.Deleted)
            throw new ApiException(
                409, "being_deleted", $"failback {name} is being deleted",
                "repeat the call in a few seconds, or DELETE again to see what holds it up");
        FailbackDefinition? before = stored?.Definition.Open(box);
        FailbackDefinition definition = DefinitionReader.Read(body, before, options.Value.FurtherDialects);
        if (before is not null && Same(before, definition)) return (stored!, false);
        if (stored is not null) RefuseFixed(stored, before!, definition);

        (ScriptRecord Script, bool Created)? script = string.IsNullOrWhiteSpace(definition.Userscript)
            ? null
            : await scripts.VersionOfAsync(name, definition.Userscript, cancellationToken);
        FailbackRecord changed = (stored is null ? New(name, definition) : Changed(stored, before!, definition)) with
        {
            Script = script?.Script.Compiled,
            ScriptTargets = script?.Script.Targets ?? []
        };
        // An interrupted start was checked for the former definition.
        calls.Replace(name);
        FailbackRecord saved = store.Save(
            changed, script is { Created: true } added ? transaction => ScriptStore.Add(transaction, name, added.Script) : null);
        if (stored is not null && stored.StagingSchema != saved.StagingSchema)
        {
            board.Forget(name);
            witnesses.Forget(name);
        }

        ControlLog.StateChanged(log, name, saved.State, saved.Revision);
        await announcer.TellAsync(saved, cancellationToken);
        return (saved, stored is null);
    }

    private FailbackRecord New(string name, FailbackDefinition definition)
    {
        DateTimeOffset now = time.GetUtcNow();
        return new FailbackRecord
        {
            Name = name,
            State = RunState.Created,
            Definition = SealedDefinition.Close(definition, box),
            Dialect = ConnectionForms.Dialect(definition.Target),
            SealedTarget = box.Seal(definition.Target),
            WebhookToken = tokens.For(definition, null),
            Generation = now.ToUnixTimeMilliseconds().ToString("x", CultureInfo.InvariantCulture),
            GeneratedPath = WebhookAddress.NewPath(name),
            StagingSchema = definition.StagingSchema
                ?? string.Create(CultureInfo.InvariantCulture, $"_failback_{(now - DateTimeOffset.UnixEpoch).Ticks * 100}"),
            CreatedAt = now,
            StateSince = now,
        };
    }

    private FailbackRecord Changed(FailbackRecord stored, FailbackDefinition before, FailbackDefinition definition) => stored with
    {
        Definition = SealedDefinition.Close(definition, box),
        Dialect = ConnectionForms.Dialect(definition.Target),
        SealedTarget = definition.Target == before.Target ? stored.SealedTarget : box.Seal(definition.Target),
        WebhookToken = tokens.For(definition, stored.WebhookToken),
        StagingSchema = definition.StagingSchema ?? stored.StagingSchema,
    };

    /// <summary>What may not change: the database once rows may be on their way to it, and the choice of tables while started.</summary>
    private static void RefuseFixed(FailbackRecord stored, FailbackDefinition before, FailbackDefinition definition)
    {
        var fixedFields = new List<FieldError>();
        bool begun = stored.Tables.Count > 0;
        if (begun && ConnectionForms.Place(before.Target) != ConnectionForms.Place(definition.Target))
            fixedFields.Add(
                new FieldError(
                    "target", "host, port and database are fixed after the first start; user, password and parameters may change"));
        if (begun && definition.StagingSchema is { } staging && staging != stored.StagingSchema)
            fixedFields.Add(new FieldError("stagingSchema", $"is {stored.StagingSchema} since the first start: it holds the progress"));
        if (stored.IsStarted)
        {
            const string whileStarted = "is fixed while the failback is started";
            if (before.Changefeed.WebhookPath != definition.Changefeed.WebhookPath)
                fixedFields.Add(new FieldError("changefeed.webhookPath", whileStarted));
            if (before.Changefeed.Managed != definition.Changefeed.Managed)
                fixedFields.Add(new FieldError("changefeed.managed", whileStarted));
        }

        // Start, repeated, changes the tables of a managed changefeed.
        if (stored.IsStarted && !definition.Changefeed.Managed)
        {
            const string whileStarted = "is fixed while the failback is started";
            if (before.SchemaFilter != definition.SchemaFilter) fixedFields.Add(new FieldError("schemaFilter", whileStarted));
            if (before.TableFilter != definition.TableFilter) fixedFields.Add(new FieldError("tableFilter", whileStarted));
            if (before.TableExclusionFilter != definition.TableExclusionFilter)
                fixedFields.Add(new FieldError("tableExclusionFilter", whileStarted));
            if (Json(before.Tables) != Json(definition.Tables)) fixedFields.Add(new FieldError("tables", whileStarted));
        }

        if (fixedFields.Count == 0) return;
        throw new ApiException(
            409,
            "fixed_field",
            $"{fixedFields[0].Field} {fixedFields[0].Message}",
            begun && !stored.IsStarted
            ? "define another failback for another database or staging schema"
            : "stop the failback, PUT the definition, start it again")
        { Fields = fixedFields };
    }

    private static void RefuseBadName(string name)
    {
        bool good = name.Length is > 0 and <= 63 && name.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c == '-')
            && name[0] != '-' && name[^1] != '-';
        if (!good)
            throw new ApiException(
                422, "invalid_name",
                "a failback's name has 1 to 63 lower-case letters, digits and dashes and begins and ends with a letter or digit",
                "choose another name in the path");
    }

    private static bool Same(FailbackDefinition a, FailbackDefinition b) => Json(a) == Json(b);

    private static string Json<T>(T value) => JsonSerializer.Serialize(value, ApiJson.Options);
}
