using System.Security.Cryptography;
using System.Text;
using Failback.Contracts.Api;
using Failback.Control.Api;
using Failback.Control.Definitions;
using Failback.Control.Fleet;
using Failback.Control.Registry;
using Failback.Control.Settings;
using Failback.Scripting;
using Failback.Scripting.Compiling;
using Failback.Scripting.Host;

namespace Failback.Control.Scripts;

/// <summary>
/// Uploads and activates versions of userscripts. The active version is the definition's <c>userscript</c>: to activate one is to change
/// the definition, so that reading a definition and putting it back changes nothing.
/// </summary>
internal sealed class ScriptCommand(
    FailbackStore store, ScriptStore scripts, Announcer announcer, CommandLocks locks, TimeProvider time, ILogger<ScriptCommand> log)
{
    /// <returns>The version with this text, and whether it is new.</returns>
    /// <exception cref="ApiException">The script does not compile (422).</exception>
    public async Task<(FailbackRecord Failback, ScriptRecord Script, bool Created)> UploadAsync(
        string name, ScriptUpload upload, Precondition condition, CancellationToken cancellationToken)
    {
        using IDisposable turn = await locks.EnterAsync(name, cancellationToken);
        FailbackRecord failback = store.Require(name);
        condition.Check(failback);
        (ScriptRecord script, bool created) = await VersionOfAsync(name, upload.Source, cancellationToken);
        if (created) scripts.Add(name, script);
        if (upload.Activate) failback = await ActivateAsync(failback, script, cancellationToken);
        return (failback, script, created);
    }

    /// <exception cref="ApiException">There is no such version (404).</exception>
    public async Task<(FailbackRecord Failback, ScriptRecord Script)> ActivateAsync(
        string name, long version, Precondition condition, CancellationToken cancellationToken)
    {
        using IDisposable turn = await locks.EnterAsync(name, cancellationToken);
        FailbackRecord failback = store.Require(name);
        condition.Check(failback);
        ScriptRecord script = Require(name, version);
        return (await ActivateAsync(failback, script, cancellationToken), script);
    }

    /// <exception cref="ApiException">There is no such version (404).</exception>
    public ScriptRecord Require(string name, long version) => scripts.Find(name, version) ?? throw new ApiException(
        404, "no_such_script", $"failback {name} has no version {version} of a userscript",
        $"GET /api/v1/failbacks/{name}/scripts lists them");

    /// <summary>The version with this text, compiled but perhaps not stored yet. The caller holds the command lock.</summary>
    /// <exception cref="ApiException">The script cannot be used (422).</exception>
    public async Task<(ScriptRecord Script, bool Created)> VersionOfAsync(string name, string source, CancellationToken cancellationToken)
    {
        string sha256 = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(source)));
        if (scripts.FindText(name, sha256) is { } known) return (known, false);
        ScriptCheck check = await CheckAsync(source, cancellationToken);
        long version = scripts.NextVersion(name);
        var script = new ScriptRecord
        {
            Version = version,
            Source = source,
            Sha256 = sha256,
            CreatedAt = time.GetUtcNow(),
            Targets = [.. check.Plan.Sources.SelectMany(part => part.Targets).Distinct(StringComparer.OrdinalIgnoreCase)],
            Routes = check.Plan.Sources.Count > 0,
            Warnings = [.. check.Problems.Select(Place)],
            Compiled = check.Compiled.ToSpec(version),
        };
        return (script, true);
    }

    /// <exception cref="ApiException">The script does not compile, or uses what is not to be had (422).</exception>
    public static async Task<ScriptCheck> CheckAsync(string source, CancellationToken cancellationToken)
    {
        ScriptCheck check = await ScriptCheck.OfAsync(source, new ScriptLimits(), cancellationToken);
        if (check.IsUsable) return check;
        FieldError[] errors = [
            .. check.Problems.Where(problem => problem.IsError).Select(problem => new FieldError("userscript", Place(problem)))];
        throw new ApiException(
            422, "invalid_script", $"userscript: {errors[0].Message}",
            "correct the script; `failback script check FILE` shows the same without a server")
        { Fields = errors };
    }

    private static string Place(ScriptProblem problem) => problem switch
    {
        { Line: 0 } => problem.Message,
        { Column: 0 } => $"line {problem.Line}: {problem.Message}",
        _ => $"line {problem.Line}, column {problem.Column}: {problem.Message}",
    };

    private async Task<FailbackRecord> ActivateAsync(FailbackRecord failback, ScriptRecord script, CancellationToken cancellationToken)
    {
        if (failback.Script?.Version != script.Version)
        {
            SealedDefinition definition = failback.Definition with
            {
                Shown = failback.Definition.Shown with { Userscript = script.Source }
            };
            failback = store.Save(failback with { Definition = definition, Script = script.Compiled, ScriptTargets = script.Targets });
            ControlLog.ScriptActivated(log, failback.Name, script.Version, failback.Revision);
        }

        await announcer.TellAsync(failback, cancellationToken);
        return failback;
    }
}
