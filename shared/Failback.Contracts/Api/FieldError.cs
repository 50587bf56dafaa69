namespace Failback.Contracts.Api;

/// <summary>What is wrong with one field, named by its path.</summary>
public sealed record FieldError(string Field, string Message);
