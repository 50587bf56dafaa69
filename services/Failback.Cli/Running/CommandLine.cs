using System.CommandLine;
using System.CommandLine.Invocation;
using System.CommandLine.Parsing;
using System.Globalization;
using Failback.Cli.Output;
using Failback.Cli.Settings;

namespace Failback.Cli.Running;

/// <summary>Runs a command line; one that is wrong is told as such, with the command that may have been meant.</summary>
internal static class CommandLine
{
    private const int MostSuggestions = 3;
    private const string Suggest = "[suggest:";

    public static async Task<int> RunAsync(RootCommand root, string[] args, CancellationToken cancellationToken)
    {
        string[] directives = [.. args.TakeWhile(static arg => arg is ['[', .., ']'])];
        if (directives.Length > 1 || directives.Any(IsOdd))
        {
            string given = SafeText.Line(string.Join(' ', directives));
            Console.Error.WriteLine($"{given} is no directive: shells ask for [suggest:POSITION], once");
            Console.Error.WriteLine("  failback --help lists what there is");
            return ExitCodes.Usage;
        }

        ParseResult result = root.Parse(args);
        // Help, version and suggestions for a shell are asked for beside what is missing.
        if (result.Errors.Count > 0 && result.Action is ParseErrorAction) return Refuse(result);
        // Signals are ours: a command decides what an interruption means for its exit code.
        var configuration = new InvocationConfiguration { ProcessTerminationTimeout = null, EnableDefaultExceptionHandler = false };
        return await result.InvokeAsync(configuration, cancellationToken);
    }

    // The library takes any text for a position, and fails when it carries the directive out.
    private static bool IsOdd(string directive) =>
        directive.StartsWith(Suggest, StringComparison.Ordinal)
        && !int.TryParse(directive.AsSpan()[Suggest.Length..^1], NumberStyles.None, CultureInfo.InvariantCulture, out _);

    private static int Refuse(ParseResult result)
    {
        Command command = result.CommandResult.Command;
        string? unknown = result.UnmatchedTokens.Count > 0 ? result.UnmatchedTokens[0] : null;
        string called = Path(result.CommandResult);
        if (unknown is not null && command.Subcommands.Count > 0 && !unknown.StartsWith('-'))
        {
            Console.Error.WriteLine($"{called} has no command '{unknown}'");
            if (Suggestions.For(unknown, command.Subcommands.Select(sub => sub.Name), MostSuggestions) is { Count: > 0 } names)
                Console.Error.WriteLine("  did you mean " + string.Join(", or ", names.Select(name => $"{called} {name}")) + "?");
        }
        else
        {
            foreach (string message in result.Errors.Select(error => error.Message).Distinct(StringComparer.Ordinal))
                Console.Error.WriteLine(message);
            IEnumerable<string> options = command.Options.Concat(result.RootCommandResult.Command.Options).Select(option => option.Name);
            if (unknown?.StartsWith('-') == true && Suggestions.For(unknown, options, MostSuggestions) is { Count: > 0 } near)
                Console.Error.WriteLine("  did you mean " + string.Join(" or ", near) + "?");
        }

        Console.Error.WriteLine($"  {called} --help lists what there is");
        return ExitCodes.Usage;
    }

    private static string Path(CommandResult result) => result.Parent is CommandResult parent
        ? Path(parent) + " " + result.Command.Name
        : "failback";
}
