using System.ComponentModel.DataAnnotations;
using System.Reflection;
using Xunit;

namespace Failback.Tests.Architecture;

/// <summary>
/// Every duration of the settings has a range that its default keeps: a zero ends a timer, and a day a wait for an answer.
/// </summary>
public sealed class SettingRangeTests
{
    private static readonly string[] Assemblies = [
        "Failback.Sink", "Failback.Control", "Failback.Apply", "Failback.Messaging", "Failback.Hosting", "Failback.Applier.Oracle"];

    [Fact]
    public void Every_duration_is_refused_outside_of_its_range()
    {
        PropertyInfo[] durations =
        [
            .. Assemblies.SelectMany(name => Assembly.Load(name).GetTypes())
                .Where(type => type.Name.EndsWith("Options", StringComparison.Ordinal) && type.GetField("Section") is not null)
                .SelectMany(type => type.GetProperties())
                .Where(property => property.PropertyType == typeof(TimeSpan) && property.SetMethod?.IsPublic == true),
        ];
        Assert.True(durations.Length > 10, $"{durations.Length} durations were found");
        foreach (PropertyInfo duration in durations)
        {
            object options = Activator.CreateInstance(duration.DeclaringType!)!;
            string name = $"{duration.DeclaringType!.Name}.{duration.Name}";
            Assert.True(IsValid(duration.GetValue(options)), $"the default of {name}");
            bool mayBeZero = duration.GetCustomAttribute<RangeAttribute>()?.Minimum is "00:00:00";
            Assert.True(IsValid(TimeSpan.Zero) == mayBeZero, $"{name} may be zero, and no range says so");
            Assert.False(IsValid(TimeSpan.FromSeconds(-1)), $"{name} may be negative");
            Assert.False(IsValid(TimeSpan.MaxValue), $"{name} may be without end");

            bool IsValid(object? value) => Validator.TryValidateProperty(
                value, new ValidationContext(options) { MemberName = duration.Name }, null);
        }
    }
}
