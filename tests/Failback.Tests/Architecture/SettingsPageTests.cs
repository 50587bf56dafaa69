using System.Globalization;
using System.Reflection;
using System.Text.RegularExpressions;
using Failback.Testing.Documents;
using Failback.Testing.Processes;
using Xunit;

namespace Failback.Tests.Architecture;

/// <summary>docs/reference/settings.md holds every setting with its default, and nothing else.</summary>
public sealed partial class SettingsPageTests
{
    private const string Section = "Section";

    /// <summary>Read by name, without a class.</summary>
    private static readonly Dictionary<string, string> Single = new(StringComparer.Ordinal)
    {
        ["Failback__Instance"] = "–",
        ["Failback__SecretsFolder"] = "`/run/secrets`",
        ["Failback__SecretsKey"] = "–",
        ["Failback__SecretsKeyFile"] = "–",
    };

    private static readonly string[] Assemblies = [
        "Failback.Sink", "Failback.Control", "Failback.Apply", "Failback.Messaging", "Failback.Hosting", "Failback.Applier.Oracle"];

    /// <summary>Classes of options that no configuration fills.</summary>
    private static readonly Dictionary<string, string> NotSettings = new(StringComparer.Ordinal)
    {
        ["PublisherOptions"] = "the sink sets it",
        ["CliOptions"] = "flags of the command line",
        ["FetchOptions"] = "flags of the command line",
    };

    [Fact]
    public void Every_setting_stands_once_with_its_default_and_no_other()
    {
        string[] rows = [
            .. File.ReadLines(Path.Combine(Repository.Root, "docs", "reference", "settings.md"))
                .Where(line => line.StartsWith("| `Failback__", StringComparison.Ordinal))];
        string[] shown = [
            .. rows.Select(row => row.Split(" | ")).Select(cells => $"{cells[0].Trim('|', ' ', '`')} = {cells[1]}")
                .Order(StringComparer.Ordinal)];
        string[] settings = [
            .. Single.Concat(Roots().SelectMany(Settings)).Select(setting => $"{setting.Key} = {setting.Value}")
                .Order(StringComparer.Ordinal)];
        Assert.True(settings.Length > 40, $"{settings.Length} settings were found");
        Assert.Equal(settings, shown);
    }

    [Fact]
    public void Every_page_names_settings_that_exist()
    {
        string[] known = [.. Single.Keys.Concat(Roots().SelectMany(Settings).Select(setting => setting.Key))];
        string[] unknown =
        [
            .. MarkdownPage.All().SelectMany(page => Name().Matches(page.Text).Select(match => (page.Path, Name: match.Value)))
                .Where(named => !known.Contains(named.Name) && !known.Any(name => name.StartsWith(named.Name, StringComparison.Ordinal)))
                .Select(named => $"{named.Path}: {named.Name}"),
        ];
        Assert.Equal([], unknown);
    }

    /// <summary>A class that this test does not know, or a key read beside the classes, would be missing on the page.</summary>
    [Fact]
    public void Nothing_is_read_from_the_configuration_that_the_page_cannot_know()
    {
        string[] sources =
        [
            .. ((string[])["services", "shared"]).SelectMany(
                folder => Directory.EnumerateFiles(Path.Combine(Repository.Root, folder), "*.cs", SearchOption.AllDirectories))
                .Where(path => !path.Contains("/obj/", StringComparison.Ordinal)).Select(File.ReadAllText),
        ];
        string[] classes = [.. sources.SelectMany(text => OptionsClass().Matches(text)).Select(match => match.Groups["name"].Value)];
        string[] known = [.. Roots().SelectMany(Classes).Select(type => type.Name).Distinct(StringComparer.Ordinal)];
        Assert.Equal([], classes.Except(known).Except(NotSettings.Keys));
        Assert.Equal([], NotSettings.Keys.Except(classes));
        string[] keys = [
            .. sources.SelectMany(text => Key().Matches(text))
                .Select(match => match.Groups["key"].Value.Replace(":", "__", StringComparison.Ordinal)).Distinct(StringComparer.Ordinal)];
        string[] sections = [.. Roots().Select(SectionOf)];
        Assert.Equal([], keys.Except(sections).Except(Single.Keys));
    }

    private static IEnumerable<Type> Roots() =>
        Assemblies.SelectMany(assembly => Assembly.Load(assembly).GetTypes())
        .Where(type => type.Name.EndsWith("Options", StringComparison.Ordinal) && type.GetField(Section) is not null);

    private static IEnumerable<Type> Classes(Type type) =>
        Properties(type).Where(IsNested).SelectMany(property => Classes(property.PropertyType)).Prepend(type);

    private static IEnumerable<KeyValuePair<string, string>> Settings(Type type) => Settings(type, SectionOf(type));

    private static IEnumerable<KeyValuePair<string, string>> Settings(Type type, string prefix)
    {
        object one = Activator.CreateInstance(type, nonPublic: true)!;
        object other = Activator.CreateInstance(type, nonPublic: true)!;
        return Properties(type).SelectMany(property => IsNested(property)
            ? Settings(property.PropertyType, $"{prefix}__{property.Name}")
            : [KeyValuePair.Create($"{prefix}__{property.Name}", Default(property.GetValue(one), property.GetValue(other)))]);
    }

    private static IEnumerable<PropertyInfo> Properties(Type type) =>
        type.GetProperties(BindingFlags.Public | BindingFlags.Instance).Where(property => property.SetMethod is { IsPublic: true });

    private static bool IsNested(PropertyInfo property) => property.PropertyType.Name.EndsWith("Options", StringComparison.Ordinal);

    private static string SectionOf(Type type) =>
        ((string)type.GetField(Section)!.GetRawConstantValue()!).Replace(":", "__", StringComparison.Ordinal);

    private static string Default(object? one, object? other) => one switch
    {
        _ when !Equals(one, other) => "generated",
        null or "" => "–",
        bool flag => flag ? "`true`" : "`false`",
        _ => $"`{Convert.ToString(one, CultureInfo.InvariantCulture)}`",
    };

    [GeneratedRegex("Failback__[A-Za-z_]*[A-Za-z]", RegexOptions.None, 1000)]
    private static partial Regex Name();

    [GeneratedRegex(@"\bclass (?<name>[A-Za-z]+Options)\b", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex OptionsClass();

    [GeneratedRegex("\"(?<key>Failback(:[A-Za-z]+)+)\"", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Key();
}
