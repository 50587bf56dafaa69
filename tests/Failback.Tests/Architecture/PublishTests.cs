using System.Text.RegularExpressions;
using Failback.Testing.Processes;
using Xunit;

namespace Failback.Tests.Architecture;

/// <summary>
/// The programs of <c>deploy/programs.tsv</c> are those of the images, of compose, of the native stack and of the solution; tests start
/// them as published.
/// </summary>
public sealed partial class PublishTests
{
    /// <summary>Stages of the Dockerfile that are no image.</summary>
    private static readonly string[] Stages = ["publish", "oracle-driver", "runtime"];

    /// <summary>Services of compose that are servers of others, or only prepare something.</summary>
    private static readonly string[] Others = [
        "rabbitmq", "postgres", "mariadb", "oracle", "cockroach", "cockroach-init", "secrets-key",
        "prometheus", "alertmanager", "grafana"];

    /// <summary>Files that look beside the test program, and what for: never for a program to start.</summary>
    private static readonly string[] LookBesideThemselves =
    [
        "tests/Failback.Testing/Processes/Repository.cs", // the root of the repository
        "tests/Failback.Testing/Captures/Capture.cs", // recorded requests
        "tests/Failback.Tests/Architecture/DependencyTests.cs", // what was compiled against what
        "tests/Failback.Dialects.Tests/Toy/ToyFixture.cs", // databases of the toy dialect
        "tests/Failback.Dialects.Tests/Values/TypesPageTests.cs", // the root of the repository
    ];

    private static string[] Images => [.. PublishedProgram.All.Where(program => program.IsImage).Select(program => program.Name).Order()];

    [Fact]
    public void Every_program_has_its_project_in_the_solution()
    {
        string solution = Read("Failback.sln").Replace('\\', '/');
        Assert.All(
            PublishedProgram.All,
            program => Assert.Contains(
                $"\"{program.Project}/{Path.GetFileName(program.Project)}.csproj\"", solution, StringComparison.Ordinal));
    }

    [Fact]
    public void Every_service_is_a_program() => Assert.Equal(
        Directory.GetDirectories(Path.Combine(Repository.Root, "services")).Select(folder => "services/" + Path.GetFileName(folder))
        .Order(),
        PublishedProgram.All.Select(program => program.Project).Where(project => project.StartsWith("services/", StringComparison.Ordinal))
        .Order());

    [Fact]
    public void Every_image_has_its_target_in_the_Dockerfile_with_its_files_and_its_assembly()
    {
        string dockerfile = Read("deploy/Dockerfile");
        Assert.Equal(Images, Stage().Matches(dockerfile).Select(match => match.Groups["name"].Value).Except(Stages).Order());
        Assert.All(PublishedProgram.All.Where(program => program.IsImage), program =>
        {
            string stage = dockerfile.Split("\nFROM ")
                .Single(text => text.StartsWith($"runtime AS {program.Name}\n", StringComparison.Ordinal));
            Assert.Contains($"COPY --from=publish /app/{Path.GetFileName(program.Project)} .", stage, StringComparison.Ordinal);
            Assert.Contains($"ENTRYPOINT [\"dotnet\", \"{program.Assembly}.dll\"]", stage, StringComparison.Ordinal);
        });
    }

    [Fact]
    public void Every_image_is_a_service_of_compose()
    {
        string services = Read("docker-compose.yml").Split("\nservices:\n")[1].Split("\nvolumes:\n")[0];
        Assert.Equal(Images, ComposeService().Matches(services).Select(match => match.Groups["name"].Value).Except(Others).Order());
    }

    [Fact]
    public void The_native_stack_starts_programs()
    {
        string[] names = NativeServices().Match(Read("deploy/run/services.sh")).Groups["names"].Value.Split(' ');
        Assert.Contains("sink", names);
        Assert.All(names, name => Assert.Single(PublishedProgram.All, program => program.Name == name));
    }

    [Fact]
    public void Nothing_that_tests_start_comes_from_a_build_folder()
    {
        string[] sources = [
            .. Directory.EnumerateFiles(Path.Combine(Repository.Root, "tests"), "*.cs", SearchOption.AllDirectories)
                .Where(path => !Built().IsMatch(path))];
        Assert.True(sources.Length > 100, "the sources of the tests are elsewhere");
        foreach (string path in sources)
        {
            string name = Path.GetRelativePath(Repository.Root, path).Replace('\\', '/');
            if (name.EndsWith("Architecture/PublishTests.cs", StringComparison.Ordinal)) continue;
            string text = File.ReadAllText(path);
            Assert.False(
                text.Contains("AppContext.BaseDirectory", StringComparison.Ordinal)
                && !LookBesideThemselves.Contains(name),
                $"{name} looks beside the test program: Repository.ServiceDll names what is published");
            Assert.False(
                text.Contains(".Location", StringComparison.Ordinal) && text.Contains("Assembly", StringComparison.Ordinal)
                && text.Contains("ProcessStartInfo", StringComparison.Ordinal), $"{name} starts what an assembly's place says");
            // ServiceProcess is told what to start; all others ask where it is published.
            if (text.Contains("\"dotnet\"", StringComparison.Ordinal)
                && !name.EndsWith("Processes/ServiceProcess.cs", StringComparison.Ordinal))
                Assert.True(
                    text.Contains("Repository.ServiceDll(", StringComparison.Ordinal),
                    $"{name} starts a program that Repository.ServiceDll does not name");
        }
    }

    [Fact]
    public void Tests_do_not_build_what_they_start()
    {
        string project = Read("tests/Failback.EndToEnd.Tests/Failback.EndToEnd.Tests.csproj");
        // Types of the sink are used in the process of the tests; the others are only started.
        Assert.Equal(["Failback.Sink"], ServiceReference().Matches(project).Select(match => match.Groups["name"].Value));
        Assert.All(
            Directory.EnumerateFiles(Path.Combine(Repository.Root, "tests"), "*.csproj", SearchOption.AllDirectories),
            path => Assert.DoesNotContain("TypeScript.targets", File.ReadAllText(path), StringComparison.Ordinal));
    }

    private static string Read(string path) => File.ReadAllText(Path.Combine(Repository.Root, path));

    [GeneratedRegex(@"^FROM \S+ AS (?<name>\S+)$", RegexOptions.Multiline | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1_000)]
    private static partial Regex Stage();

    [GeneratedRegex("^  (?<name>[a-z-]+):$", RegexOptions.Multiline | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1_000)]
    private static partial Regex ComposeService();

    [GeneratedRegex(
        @"^SERVICES=\((?<names>[a-z -]+) ", RegexOptions.Multiline | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1_000)]
    private static partial Regex NativeServices();

    [GeneratedRegex(@"services/(?<name>[\w.]+)/", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1_000)]
    private static partial Regex ServiceReference();

    [GeneratedRegex("/(bin|obj)/", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1_000)]
    private static partial Regex Built();
}
