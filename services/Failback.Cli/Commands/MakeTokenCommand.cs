using System.Buffers.Text;
using System.CommandLine;
using System.Security.Cryptography;
using System.Text;
using Failback.Cli.Api;
using Failback.Cli.Running;
using Failback.Cli.Settings;
using Failback.Cli.Tokens;

namespace Failback.Cli.Commands;

/// <summary>
/// <c>make-token</c>: a bearer token of the API. The token is printed, or written to a file; the line for control's token file, which holds
/// only its hash, goes to standard error. Nothing is sent anywhere.
/// </summary>
internal static class MakeTokenCommand
{
    public static Command Create()
    {
        var name = new Option<string>("--name") { Description = "Whose token: the name in the audit log", Required = true };
        var role = new Option<string>("--role") { Description = "viewer, operator or admin", Required = true };
        role.AcceptOnlyFromAmong("viewer", "operator", "admin");
        var expires = new Option<string>(
            "--expires")
        { Description = "How long it is valid, like 90d; without: until its line is taken out" };
        var output = new Option<string>("--out") { Description = "File for the token, made with mode 600" };
        var command = new Command(
            "make-token", "Make a bearer token of the API, and the line that lets it in (Failback__Control__TokensFile)") {
                name, role, expires, output };
        command.Does(async (result, cancellationToken) =>
        {
            string owner = result.GetValue(name)!;
            if (owner.Length > 100 || owner.Any(c => char.IsWhiteSpace(c) || char.IsControl(c) || c is ';' or '#'))
                throw CallFailedException.Usage("--name must be one word", "for example --name night-shift");
            string until = result.GetValue(expires) is { } text
                ? " " + (TimeProvider.System.GetUtcNow() + Lifetime.Parse(text)).ToString(
                    "yyyy-MM-dd'T'HH:mm:ss'Z'", System.Globalization.CultureInfo.InvariantCulture)
                : "";
            string token = "fbt_" + Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(32));
            await SecretOutput.WriteAsync(token, result.GetValue(output), cancellationToken);
            await Console.Error.WriteLineAsync(
                $"{owner} {result.GetValue(role)} "
                    + $"sha256:{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(token)))}{until}");
            return ExitCodes.Done;
        });
        return command;
    }
}
