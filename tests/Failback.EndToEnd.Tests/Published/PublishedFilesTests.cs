using System.Reflection;
using Failback.Testing.Processes;
using Xunit;

namespace Failback.EndToEnd.Tests.Published;

/// <summary>What is published is whole, and each program of it is used by a test.</summary>
public sealed class PublishedFilesTests
{
    private const string Config = ".runtimeconfig.json";

    public static TheoryData<string> Programs => [.. PublishedProgram.All.Select(program => program.Name)];

    [Theory]
    [MemberData(nameof(Programs))]
    public void Whatever_can_be_started_has_the_files_that_it_names(string name)
    {
        PublishedProgram program = PublishedProgram.Find(name);
        // More than one: a program may start another one beside it.
        string[] started = [.. Directory.GetFiles(program.Folder, "*" + Config).Select(path => Path.GetFileName(path)[..^Config.Length])];
        Assert.True(started.Contains(program.Assembly) || program.Assembly == "Oracle.ManagedDataAccess", $"{name} cannot be started");

        foreach (string assembly in started.Append(program.Assembly).Distinct())
        {
            string dependencies = Path.Combine(program.Folder, assembly + ".deps.json");
            Assert.True(File.Exists(dependencies), $"{dependencies} is missing: libraries in folders beside it are not found");
            Assert.All(
                DependencyFile.Assets(dependencies),
                asset => Assert.True(File.Exists(Path.Combine(program.Folder, asset)), $"{assembly} of {name} lacks {asset}"));
        }
    }

    [Fact]
    public void Each_program_is_used_by_a_test() => Assert.Equal(
        PublishedProgram.All.Select(program => program.Name).Order(),
        typeof(UsesAttribute).Assembly.GetTypes().SelectMany(type => type.GetMethods(BindingFlags.Public | BindingFlags.Instance))
            .SelectMany(method => method.GetCustomAttributes<UsesAttribute>()).Select(used => used.Program).Distinct().Order());
}
