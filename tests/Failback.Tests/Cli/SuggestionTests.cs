using Failback.Cli.Commands;
using Failback.Cli.Running;
using Xunit;

namespace Failback.Tests.Cli;

public sealed class SuggestionTests
{
    [Theory]
    [InlineData("statsu", "status")]
    [InlineData("stat", "start status")]
    [InlineData("preflihgt", "preflight")]
    [InlineData("pre", "preflight")]
    [InlineData("verify", "")]
    [InlineData("", "")]
    public void The_nearest_commands_are_named(string typed, string expected) => Assert.Equal(
        expected, string.Join(' ', Suggestions.For(typed, RootCommands.Create().Subcommands.Select(command => command.Name), 3)));
}
