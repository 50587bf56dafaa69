namespace Failback.EndToEnd.Tests.Published;

/// <summary>A test that asks a published program for something that needs the files beside it.</summary>
[AttributeUsage(AttributeTargets.Method, AllowMultiple = true)]
internal sealed class UsesAttribute(string program) : Attribute
{
    /// <summary>Its name in <c>deploy/programs.tsv</c>.</summary>
    public string Program { get; } = program;
}
