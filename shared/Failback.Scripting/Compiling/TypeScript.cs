using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;
using Failback.Scripting.Host;

namespace Failback.Scripting.Compiling;

/// <summary>Runs TypeScript's own compiler on one file in a temporary folder.</summary>
internal static partial class TypeScript
{
    private const string What = "the compiler of userscripts";
    private const string Source = "userscript.ts";
    private const string Refused = "script";
    private const string NoSql =
        "SQL of a script would be run past the versions, the counts and the order of the rows: change the operations and hand them over";
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(30);

    /// <summary>
    /// Options of the compiler. <c>noResolve</c> keeps it from reading files that a script names (<c>/// &lt;reference
    /// path&gt;</c>, imports).
    /// </summary>
    private static readonly string[] Options =
    [
        "--pretty", "false", "--noResolve", "--types", "", "--module", "commonjs", "--moduleResolution", "bundler", "--target", "es2023",
        "--lib", "es2023",
        "--sourceMap", "--outDir", "out", "--newLine", "lf",
    ];

    /// <summary>Compiles a script. A script with syntax errors gives no JavaScript.</summary>
    /// <exception cref="ScriptHostException">The compiler does not start, or lacks files of its own.</exception>
    public static async Task<CompiledScript> CompileAsync(string source, CancellationToken cancellationToken)
    {
        string folder = Directory.CreateTempSubdirectory("failback-script-").FullName;
        try
        {
            await File.WriteAllTextAsync(Path.Combine(folder, Source), source, cancellationToken);
            List<string> files = [Source];
            foreach (string types in typeof(TypeScript).Assembly.GetManifestResourceNames()
                .Where(n => n.EndsWith(".d.ts", StringComparison.Ordinal)))
            {
                await using Stream from = typeof(TypeScript).Assembly.GetManifestResourceStream(types)!;
                await using FileStream to = File.Create(Path.Combine(folder, types));
                await from.CopyToAsync(to, cancellationToken);
                files.Add(types);
            }

            IReadOnlyList<ScriptProblem> problems = Problems(await RunAsync(folder, files, cancellationToken));
            if (problems.Any(p => p.IsError && p.Code != Refused)) return new CompiledScript("", [], problems);
            string output = Path.Combine(folder, "out", Path.ChangeExtension(Source, ".js"));
            string map = await File.ReadAllTextAsync(output + ".map", cancellationToken);
            return new CompiledScript(await File.ReadAllTextAsync(output, cancellationToken), SourceMap.Lines(map), problems);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static async Task<string> RunAsync(string folder, IReadOnlyList<string> files, CancellationToken cancellationToken)
    {
        var start = new ProcessStartInfo(
            ScriptPrograms.Compiler, [.. Options, .. files])
        {
            WorkingDirectory = folder,
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true
        };
        // The compiler reads text from outside; the secrets in the environment of the service are none of its business.
        start.Environment.Clear();
        using Process process = Start(start);
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(Longest);
        try
        {
            Task<string> errors = process.StandardError.ReadToEndAsync(limit.Token);
            string output = await process.StandardOutput.ReadToEndAsync(limit.Token);
            await process.WaitForExitAsync(limit.Token);
            if (await errors is { Length: > 0 } text) throw new ScriptHostException(What, ScriptHostException.FirstLine(text));
            // An error without a place concerns the compiler's own files: without them it would report no problem in any script.
            if (output.StartsWith("error TS", StringComparison.Ordinal))
                throw new ScriptHostException(What, ScriptHostException.FirstLine(output));
            return output;
        }
        finally
        {
            if (!process.HasExited) process.Kill();
        }
    }

    private static Process Start(ProcessStartInfo start)
    {
        try
        {
            return Process.Start(start)!;
        }
        catch (Win32Exception e)
        {
            throw new ScriptHostException(What, e.Message);
        }
    }

    /// <summary>
    /// Syntax errors are errors. Type errors are warnings, because scripts of the peer product run without type checks. One type
    /// error is an error nevertheless: SQL on the target's transaction, which is not available, is found by its type in any place.
    /// </summary>
    private static List<ScriptProblem> Problems(string output) =>
    [
        .. Diagnostic().Matches(output).Select(m =>
        {
            string code = m.Groups["code"].Value;
            string text = m.Groups["text"].Value.Trim();
            return Sql().Match(text) is { Success: true } sql
                ? new ScriptProblem(
                    "error", Number(m, "line"), Number(m, "column"), Refused, $"getTX().{sql.Groups["name"].Value}: {NoSql}")
                : new ScriptProblem(
                    code.Length == 4 && code[0] == '1' ? "error" : "warning", Number(m, "line"), Number(m, "column"), $"TS{code}", text);
        }).OrderBy(p => p.Line),
    ];

    private static int Number(Match match, string group) => int.Parse(match.Groups[group].ValueSpan, CultureInfo.InvariantCulture);

    [GeneratedRegex(
        @"^userscript\.ts\((?<line>\d+),(?<column>\d+)\): error TS(?<code>\d+): (?<text>.*)$",
        RegexOptions.Multiline | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 5_000)]
    private static partial Regex Diagnostic();

    [GeneratedRegex(
        "^Property '(?<name>query|exec)' does not exist on type 'TargetTX'", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1_000)]
    private static partial Regex Sql();
}
