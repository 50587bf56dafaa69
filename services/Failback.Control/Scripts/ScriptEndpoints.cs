using Failback.Contracts.Api;
using Failback.Control.Access;
using Failback.Control.Api;
using Failback.Control.Registry;
using Failback.Scripting;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Failback.Control.Scripts;

/// <summary>The calls about userscripts.</summary>
internal static class ScriptEndpoints
{
    private static readonly string[] TrialProblems = [
        "invalid_rows", "script_host", "script_stopped", "no_applier", "broker_unavailable", "letters_unavailable"];

    public static RouteGroupBuilder MapScripts(this RouteGroupBuilder group)
    {
        group.MapGet("/{name}/scripts", List).WithSummary("Versions of the userscript")
            .WithDescription("Without their texts; the ETag is that of the failback.").Problems("no_such_failback");
        group.MapPut("/{name}/scripts", PutAsync)
            .WithSummary("Upload a version of the userscript; the same text again answers the version it has")
            .WithDescription("Compile errors are in errors, by line and column. activate also runs it from now on.")
            .Produces<ScriptResource>().Produces<ScriptResource>(201)
            .Problems("no_such_failback", "invalid_script", "script_host", "revision_mismatch", "changed_meanwhile");
        group.MapGet("/{name}/scripts/{version:long}", Get).WithSummary("A version with its text")
            .WithDescription("With its warnings, and the tables it names that the failback does not have.")
            .Problems("no_such_failback", "no_such_script");
        group.MapPost("/{name}/scripts/{version:long}/activate", ActivateAsync).Requires(Role.Admin)
            .WithSummary("Sink and appliers run this version from now on; also an earlier one")
            .WithDescription("docs/guide/script-versions.md says what becomes of rows that are under way.")
            .Problems("no_such_failback", "no_such_script", "revision_mismatch", "changed_meanwhile");
        group.MapPost("/{name}/scripts/{version:long}/test", TestAsync)
            .WithSummary("Run a version on rows and show what comes out; nothing is written")
            .WithDescription("On rows in the body, or on so many open letters of the failback.")
            .Problems(["no_such_failback", "no_such_script", .. TrialProblems]);
        group.MapPost("/{name}/scripts/candidate/test", TestCandidateAsync)
            .WithSummary("Run a text on rows and show what comes out; nothing is kept")
            .WithDescription("Like the test of a version, with the text in the body.")
            .Problems(["no_such_failback", "invalid_script", .. TrialProblems]);
        return group;
    }

    private static Ok<ScriptResource[]> List(string name, HttpContext context, FailbackStore store, ScriptStore scripts)
    {
        FailbackRecord failback = store.Require(name);
        context.Response.Headers.ETag = Precondition.Tag(failback);
        return TypedResults.Ok(scripts.All(name).Select(script => Resource(script, failback, withSource: false)).ToArray());
    }

    private static async Task<IResult> PutAsync(
        string name, ScriptUpload body, HttpContext context, ScriptCommand command, CancellationToken cancellationToken)
    {
        (FailbackRecord failback, ScriptRecord script, bool created) = await command.UploadAsync(
            name, body, Precondition.Of(context.Request), cancellationToken);
        ScriptResource resource = Show(context, failback, script);
        return created ? TypedResults.Created($"/api/v1/failbacks/{name}/scripts/{script.Version}", resource) : TypedResults.Ok(resource);
    }

    private static Ok<ScriptResource> Get(string name, long version, HttpContext context, FailbackStore store, ScriptCommand command) =>
        TypedResults.Ok(Show(context, store.Require(name), command.Require(name, version), withSource: true));

    private static async Task<Ok<ScriptResource>> ActivateAsync(
        string name, long version, HttpContext context, ScriptCommand command, CancellationToken cancellationToken)
    {
        (FailbackRecord failback, ScriptRecord script) = await command.ActivateAsync(
            name, version, Precondition.Of(context.Request), cancellationToken);
        return TypedResults.Ok(Show(context, failback, script));
    }

    private static async Task<Ok<ScriptTrialAnswer>> TestAsync(
        string name, long version, ScriptTrialRequest body, FailbackStore store, ScriptCommand command, ScriptTrial trial,
        CancellationToken cancellationToken)
    {
        FailbackRecord failback = store.Require(name);
        return TypedResults.Ok(await trial.RunAsync(failback, command.Require(name, version).Compiled, version, body, cancellationToken));
    }

    private static async Task<Ok<ScriptTrialAnswer>> TestCandidateAsync(
        string name, ScriptTrialRequest body, FailbackStore store, ScriptTrial trial, CancellationToken cancellationToken)
    {
        FailbackRecord failback = store.Require(name);
        if (string.IsNullOrWhiteSpace(body.Source))
            throw new ApiException(422, "invalid_script", "source is missing", "send the text of the script in source");
        ScriptCheck check = await ScriptCommand.CheckAsync(body.Source, cancellationToken);
        return TypedResults.Ok(await trial.RunAsync(failback, check.Compiled.ToSpec(0), null, body, cancellationToken));
    }

    private static ScriptResource Show(HttpContext context, FailbackRecord failback, ScriptRecord script, bool withSource = false)
    {
        context.Response.Headers.ETag = Precondition.Tag(failback);
        return Resource(script, failback, withSource);
    }

    private static ScriptResource Resource(ScriptRecord script, FailbackRecord failback, bool withSource) =>
        new(script.Version, script.Version == failback.Script?.Version, script.Sha256,
            System.Text.Encoding.UTF8.GetByteCount(script.Source), script.CreatedAt)
        {
            Source = withSource ? script.Source : null,
            Warnings = script.Warnings,
            MissingTables = failback.Tables.Count == 0 ? null : ScriptRecord.Missing(script.Targets, failback.Tables),
        };
}
