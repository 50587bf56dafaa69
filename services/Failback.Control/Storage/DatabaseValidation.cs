using Failback.Control.Settings;
using Failback.Hosting.Connections;
using Microsoft.Extensions.Options;

namespace Failback.Control.Storage;

/// <summary>Refuses the start when the database setting is neither a readable URL nor a path.</summary>
internal sealed class DatabaseValidation : IValidateOptions<ControlOptions>
{
    public ValidateOptionsResult Validate(string? name, ControlOptions options)
    {
        if (!PostgresEngine.IsUrl(options.Database)) return ValidateOptionsResult.Success;
        IReadOnlyList<string> problems = ConnectionForms.ControlDatabase.Check(options.Database, out _);
        return problems.Count == 0
            ? ValidateOptionsResult.Success
            : ValidateOptionsResult.Fail(
                "Failback__Control__Database must be postgresql://user:password@host:5432/database?sslmode=… or the path of a file: "
                + string.Join("; ", problems));
    }
}
