using Failback.Control.Settings;
using Microsoft.Extensions.Options;

namespace Failback.Control.Access;

/// <summary>Refuses the start when the access tokens in the settings cannot be read.</summary>
internal sealed class AccessTokenValidation : IValidateOptions<ControlOptions>
{
    public ValidateOptionsResult Validate(string? name, ControlOptions options)
    {
        string[] lines = options.Tokens.Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        return lines.All(line => AccessToken.TryParse(line, out _))
            ? ValidateOptionsResult.Success
            : ValidateOptionsResult.Fail($"Failback__Control__Tokens must be {AccessToken.Form}, several separated by semicolons");
    }
}
