using Failback.Control.Preflight;
using Xunit;

namespace Failback.Tests.Control.Preflight;

/// <summary>Which releases of CockroachDB are known to lose data, at their borders.</summary>
public sealed class AdvisoryTests
{
    [Theory]
    [InlineData("22.1.5", "only", "advisory_a104309")]
    [InlineData("22.1.6", "only", "advisory_a104309 advisory_a90146")]
    [InlineData("22.1.9", "no", "advisory_a104309")]
    [InlineData("22.1.10", "only", "advisory_a104309")]
    [InlineData("22.2.17", "no", "advisory_a104309 advisory_a131639")]
    [InlineData("22.2.18", "yes", "advisory_a123371 advisory_a131639")]
    [InlineData("23.1.14", "no", "advisory_a104309 advisory_a131639 advisory_a162085")]
    [InlineData("23.1.21", "yes", "advisory_a123371 advisory_a131639 advisory_a162085")]
    [InlineData("23.1.22", "yes", "advisory_a131639 advisory_a162085")]
    [InlineData("23.1.27", "yes", "advisory_a162085")]
    [InlineData("23.2.0", "no", "advisory_a104309 advisory_a131639 advisory_a162085")]
    [InlineData("23.2.5", "only", "advisory_a123371 advisory_a131639 advisory_a162085")]
    [InlineData("23.2.11", "yes", "advisory_a162085")]
    [InlineData("23.2.29", "yes", "")]
    [InlineData("24.1.0", "yes", "advisory_a131639 advisory_a162085")]
    [InlineData("24.1.26", "yes", "")]
    [InlineData("24.3.26", "yes", "advisory_a162085")]
    [InlineData("24.3.27", "yes", "")]
    [InlineData("25.2.12", "no", "advisory_a162085")]
    [InlineData("25.2.13", "no", "")]
    [InlineData("25.4.4", "no", "advisory_a162085")]
    [InlineData("25.4.5", "no", "")]
    [InlineData("26.1.0", "yes", "")]
    public void A_release_is_held_against_the_advisories_that_are_about_it(string release, string scan, string codes)
    {
        ReleaseNumber number = ReleaseNumber.Parse(
            $"CockroachDB CCL v{release} (x86_64-pc-linux-gnu, built 2024/01/01 00:00:00, go1.21)")!.Value;
        Assert.Equal(
            codes, string.Join(
                ' ', Advisory.Known.Where(advisory => advisory.Concerns(number, scan)).Select(advisory => advisory.Code)
                .Order(StringComparer.Ordinal)));
    }

    [Theory]
    [InlineData("96h0m0s", 96)]
    [InlineData("96:00:00", 96)]
    [InlineData("4 days", 96)]
    [InlineData("1h", 1)]
    [InlineData("0s", 0)]
    public void Intervals_are_read_in_the_forms_that_CockroachDB_shows(string text, int hours) =>
    Assert.Equal(TimeSpan.FromHours(hours), ClusterChecks.ReadInterval(text));
}
