using System.Diagnostics;
using System.Globalization;
using Failback.Cli.Commands;
using Failback.Cli.Running;
using Xunit;

namespace Failback.Tests.Cli;

/// <summary>Command lines of every kind end with a documented exit code and say no stack.</summary>
[Collection(OfTheConsole)]
public sealed class CommandLineFuzzTests(ITestOutputHelper output)
{
    /// <summary>Tests that listen to the console of the process, one after another.</summary>
    public const string OfTheConsole = "console";

    private static readonly TimeSpan AtMost = TimeSpan.FromSeconds(5);

    // Nothing listens there: a command that is understood ends with 3.
    private static readonly string[] Words =
    [
        "apply", "preflight", "start", "status", "pause", "resume", "stop", "delete", "rewind", "tables", "dlq", "list", "show", "replay",
        "discard", "waivers", "script", "check", "operations", "wait", "logs", "fetch", "make-token", "make-jwt", "completion", "support",
        "shop", "-1", "1", "99999999999999999999", "", " ", "\u001b[2J", "--", "--watch", "--line", "-o", "json", "xml", "-f", "/dev/null",
        "/", "/nowhere", "--skip", "x", "--code", "--all", "--reason", "--limit", "0", "--tail", "501", "--no-wait", "--help", "-h", "-?",
        "--version", "--key", "--name", "--role", "admin", "--expires", "1d", "@/nowhere", "[suggest:3]", "verify", "--forse",
        "--source", "postgres://h/d", "--target", "--mode", "failback", "--replicator-flags", "--stagingSchema \"a", "--output",
    ];

    [Fact]
    public async Task Every_command_line_ends_with_a_documented_exit_code()
    {
        int seed = int.TryParse(Environment.GetEnvironmentVariable("FAILBACK_SEED"), CultureInfo.InvariantCulture, out int given)
            ? given
            : Random.Shared.Next();
        output.WriteLine($"FAILBACK_SEED={seed}");
        var random = new Random(seed);
        (TextWriter wasOut, TextWriter wasError, TextReader wasIn) = (Console.Out, Console.Error, Console.In);
        int runs = 0;
        try
        {
            long start = Stopwatch.GetTimestamp();
            for (; Stopwatch.GetElapsedTime(start) < AtMost; runs++)
            {
                string[] args = [.. Enumerable.Range(0, random.Next(1, 7)).Select(_ => Words[random.Next(Words.Length)])];
                using var said = new StringWriter(CultureInfo.InvariantCulture);
                Console.SetOut(said);
                Console.SetError(said);
                Console.SetIn(new StringReader(""));
                using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(20));
                int code = await CommandLine.RunAsync(RootCommands.Create(), [.. args, "--url", "http://127.0.0.1:1"], patience.Token);
                string text = $"failback {string.Join(' ', args)} ended with {code}: {said}";
                Assert.True(code is 0 or 1 or 2 or 3, text);
                Assert.DoesNotContain("   at ", text, StringComparison.Ordinal);
                Assert.DoesNotContain("Unhandled", text, StringComparison.Ordinal);
                Assert.True(code is 0 || said.ToString().Trim().Length > 0, "without a word: " + text);
            }
        }
        finally
        {
            Console.SetOut(wasOut);
            Console.SetError(wasError);
            Console.SetIn(wasIn);
        }

        output.WriteLine($"{runs} command lines");
    }
}
