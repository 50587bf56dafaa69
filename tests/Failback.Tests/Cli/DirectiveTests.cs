using System.Globalization;
using Failback.Cli.Commands;
using Failback.Cli.Running;
using Xunit;

namespace Failback.Tests.Cli;

/// <summary>What shells ask in brackets before the command ends as a command line does.</summary>
[Collection(CommandLineFuzzTests.OfTheConsole)]
public sealed class DirectiveTests
{
    [Theory]
    [InlineData("[suggest:3]", "[suggest:3]")]
    [InlineData("[suggest]", "[suggest:1]", "status")]
    [InlineData("[diagram]", "[suggest:1]")]
    [InlineData("[suggest:99999999999999999999]", "sta")]
    [InlineData("[suggest:-1]", "sta")]
    [InlineData("[suggest:x]", "sta")]
    [InlineData("[suggest:]", "sta")]
    public async Task Odd_directives_are_wrong_command_lines(params string[] args)
    {
        (int code, string said) = await RunAsync(args);
        Assert.Equal(2, code);
        Assert.Contains("is no directive", said, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("[suggest:3]")]
    [InlineData("[suggest:99]")]
    [InlineData("[suggest]")]
    public async Task A_directive_that_is_one_suggests(string directive)
    {
        (int code, string said) = await RunAsync([directive, "sta"]);
        Assert.Equal(0, code);
        Assert.Contains("status", said, StringComparison.Ordinal);
    }

    private static async Task<(int Code, string Said)> RunAsync(string[] args)
    {
        (TextWriter wasOut, TextWriter wasError) = (Console.Out, Console.Error);
        using var said = new StringWriter(CultureInfo.InvariantCulture);
        try
        {
            Console.SetOut(said);
            Console.SetError(said);
            return (await CommandLine.RunAsync(RootCommands.Create(), args, TestContext.Current.CancellationToken), said.ToString());
        }
        finally
        {
            Console.SetOut(wasOut);
            Console.SetError(wasError);
        }
    }
}
