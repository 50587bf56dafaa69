using Failback.Testing.Processes;
using Xunit;

namespace Failback.Tests.Architecture;

/// <summary>Who may see whom; docs/design/architecture.md says why.</summary>
public sealed class DependencyTests
{
    private const string Contracts = "Failback.Contracts";
    private const string Messaging = "Failback.Messaging";
    private const string Apply = "Failback.Apply";
    private const string Scripting = "Failback.Scripting";
    private const string Hosting = "Failback.Hosting";
    private const string Source = "Failback.Source";
    private const string Control = "Failback.Control";
    private const string Cli = "Failback.Cli";
    private const string ApplierPrefix = "Failback.Applier.";

    /// <summary>What each shared project may reference; one that is not here has no rule yet.</summary>
    private static readonly Dictionary<string, string[]> Allowed = new(StringComparer.Ordinal)
    {
        [Contracts] = [],
        [Hosting] = [],
        [Messaging] = [Contracts, Hosting],
        [Scripting] = [Contracts],
        [Source] = [Contracts, Hosting],
        [Apply] = [Contracts, Messaging, Scripting, Hosting],
    };

    private const string LoadsItsDriver = "Failback.Applier.Oracle";

    /// <summary>What appliers need beyond the engine.</summary>
    private static string[] Drivers => [.. Appliers.SelectMany(a => a.Packages).Distinct(StringComparer.Ordinal)];

    private static IEnumerable<ProjectFile> Appliers =>
        ProjectFile.Services.Where(p => p.Name.StartsWith(ApplierPrefix, StringComparison.Ordinal));

    [Fact]
    public void The_contract_needs_the_base_class_library_only()
    {
        ProjectFile contracts = ProjectFile.All[Contracts];
        Assert.Equal("Microsoft.NET.Sdk", contracts.Sdk);
        Assert.Empty(contracts.Projects);
        Assert.Empty(contracts.Packages);
    }

    [Fact]
    public void Shared_projects_see_only_what_is_below_them()
    {
        Assert.Equal(Allowed.Keys.Order(StringComparer.Ordinal), ProjectFile.Shared.Select(p => p.Name).Order(StringComparer.Ordinal));
        foreach (ProjectFile project in ProjectFile.Shared)
        {
            string[] tooMuch = [.. project.Projects.Except(Allowed[project.Name], StringComparer.Ordinal)];
            Assert.True(tooMuch.Length == 0, $"{project.Name} references {string.Join(", ", tooMuch)}");
        }
    }

    [Fact]
    public void Appliers_stand_on_the_engine_and_the_engine_on_messaging_and_contract()
    {
        Assert.Contains(Contracts, ProjectFile.All[Messaging].Projects);
        Assert.Contains(Messaging, ProjectFile.All[Apply].Projects);
        Assert.NotEmpty(Appliers);
        Assert.All(Appliers, applier => Assert.Contains(Apply, applier.Projects));
    }

    [Fact]
    public void Every_service_is_hosted_alike()
    {
        Assert.NotEmpty(ProjectFile.Services);
        Assert.All(ProjectFile.Services.Where(service => service.Name != Cli), service => Assert.Contains(Hosting, service.Projects));
    }

    [Theory]
    [InlineData("Failback.Sink")]
    [InlineData(Control)]
    public void Sink_and_control_never_see_the_engine(string service) => Assert.DoesNotContain(Apply, ProjectFile.All[service].Reaches());

    [Fact]
    public void No_service_sees_another_service()
    {
        HashSet<string> services = [.. ProjectFile.Services.Select(s => s.Name)];
        foreach (ProjectFile project in ProjectFile.Services.Concat(ProjectFile.Shared))
        {
            string[] seen = [.. project.Reaches().Intersect(services, StringComparer.Ordinal)];
            Assert.True(seen.Length == 0, $"{project.Name} sees {string.Join(", ", seen)}");
        }
    }

    [Fact]
    public void A_target_driver_belongs_to_exactly_one_applier()
    {
        foreach (string driver in Drivers)
        {
            ProjectFile owner = Assert.Single(
                ProjectFile.Services.Concat(ProjectFile.Shared), p => p.Name is not (Source or Control) && p.Packages.Contains(driver));
            Assert.StartsWith(ApplierPrefix, owner.Name, StringComparison.Ordinal);
        }

        Assert.All(Appliers.Where(a => a.Name != LoadsItsDriver), applier => Assert.Single(Drivers, applier.Packages.Contains));
    }

    /// <summary>A driver that is loaded at run time would be seen by no project file.</summary>
    [Fact]
    public void One_file_knows_the_driver_that_is_loaded_at_run_time()
    {
        string folder = Path.Combine(Repository.Root, "services", LoadsItsDriver);
        string[] files = [.. Directory.EnumerateFiles(folder, "*.cs", SearchOption.AllDirectories)
            .Where(f => !Path.GetRelativePath(folder, f).StartsWith("obj", StringComparison.Ordinal)
                && File.ReadAllText(f).Contains("Oracle.ManagedDataAccess.", StringComparison.Ordinal))
            .Select(f => Path.GetRelativePath(folder, f))];
        Assert.Equal(["Connection/OracleDriver.cs"], files);
    }

    /// <summary>
    /// CockroachDB speaks the protocol of PostgreSQL, so three projects have this driver, each for a server of its own: the source, the
    /// target, and control's state. The first two keep it to themselves: what they hand on are their own types, and a project that wants
    /// the driver says so. Control does, for the one folder that stores its state; it reads the source through the client alone.
    /// </summary>
    [Fact]
    public void The_driver_of_PostgreSQL_is_compiled_where_a_server_of_that_protocol_is_reached()
    {
        string[] owners = [
            .. ProjectFile.Services.Concat(ProjectFile.Shared).Where(p => p.Packages.Contains("Npgsql")).Select(p => p.Name)];
        Assert.Equal(["Failback.Applier.Postgres", Control, Source], owners.Order(StringComparer.Ordinal));
        Assert.All(owners.Where(owner => owner != Control), owner => Assert.Contains("Npgsql", ProjectFile.All[owner].Kept));
        string folder = Path.Combine(Repository.Root, "services", Control);
        string[] files = [
            .. Directory.EnumerateFiles(folder, "*.cs", SearchOption.AllDirectories).Select(file => Path.GetRelativePath(folder, file))
            .Where(file => !file.StartsWith("obj", StringComparison.Ordinal)
                && File.ReadAllText(Path.Combine(folder, file)).Contains("using Npgsql", StringComparison.Ordinal))];
        Assert.All(files, file => Assert.StartsWith("Storage", file, StringComparison.Ordinal));
        Assert.Equal(["Npgsql"], ProjectFile.All[Control].Packages.Intersect(Drivers, StringComparer.Ordinal));
    }

    [Fact]
    public void Only_control_sees_the_client_of_the_source() =>
        Assert.Equal(
            [Control], ProjectFile.Services.Concat(ProjectFile.Shared).Where(p => p.Projects.Contains(Source)).Select(p => p.Name));

    [Fact]
    public void The_command_line_knows_the_API_and_how_to_check_a_script() => Assert.Equal(
        [Contracts, Scripting], ProjectFile.All[Cli].Projects.Order(StringComparer.Ordinal));

    [Fact]
    public void Only_messaging_knows_the_broker()
    {
        string[] owners = [.. ProjectFile.All.Values.Where(p => p.Folder != "tests" && p.Packages.Any(IsBroker)).Select(p => p.Name)];
        Assert.Equal([Messaging], owners);
        Assert.Contains(CompiledAssembly.ReferencesOf(typeof(Failback.Messaging.Broker.BrokerOptions).Assembly.Location), IsBroker);
    }

    /// <summary>A package flows on to whatever references its project: what was compiled tells who uses it.</summary>
    [Fact]
    public void No_other_assembly_is_compiled_against_the_broker()
    {
        string[] assemblies = [
            .. Directory.EnumerateFiles(AppContext.BaseDirectory, "Failback.*.dll")
                .Where(f => IsOurs(Path.GetFileNameWithoutExtension(f)))];
        Assert.Contains(assemblies, f => Path.GetFileNameWithoutExtension(f) == "Failback.Control");
        Assert.Contains(assemblies, f => Path.GetFileNameWithoutExtension(f) == Apply);
        Assert.Contains(assemblies, f => Path.GetFileNameWithoutExtension(f) == "Failback.Sink");
        foreach (string assembly in assemblies)
        {
            string[] seen = [.. CompiledAssembly.ReferencesOf(assembly).Where(IsBroker)];
            Assert.True(seen.Length == 0, $"{Path.GetFileName(assembly)} is compiled against {string.Join(", ", seen)}");
        }
    }

    private static bool IsOurs(string name) =>
        name != Messaging && ProjectFile.All.TryGetValue(name, out ProjectFile? project) && project.Folder != "tests";

    private static bool IsBroker(string package) =>
        package == "RabbitMQ.Client" || package.StartsWith("MassTransit", StringComparison.Ordinal);
}
