using Xunit;

namespace Failback.Dialects.Tests.Values;

/// <summary>docs/reference/types.md says what the tests of values show. FAILBACK_WRITE_DOCS=1 writes it anew.</summary>
public sealed class TypesPageTests
{
    [Fact]
    public void The_page_of_types_shows_the_tables_that_are_tested()
    {
        string path = Path.Combine(Root(), "docs", "reference", "types.md");
        string page = File.ReadAllText(path);
        int start = page.IndexOf(TypesPage.Marker, StringComparison.Ordinal);
        Assert.True(start >= 0, "docs/reference/types.md has no place for the tables");
        string wanted = page[..start] + TypesPage.Write();
        if (Environment.GetEnvironmentVariable("FAILBACK_WRITE_DOCS") == "1") File.WriteAllText(path, wanted);
        else Assert.Equal(wanted, page);
    }

    private static string Root()
    {
        string folder = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(folder, "Failback.sln")))
            folder = Path.GetDirectoryName(folder) ?? throw new InvalidOperationException("the tests do not run inside the repository");
        return folder;
    }
}
