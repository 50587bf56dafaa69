using System.CommandLine;
using System.Security.Cryptography;
using Failback.Cli.Api;
using Failback.Cli.Running;
using Failback.Cli.Settings;
using Failback.Cli.Tokens;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace Failback.Cli.Commands;

/// <summary>
/// <c>make-jwt</c>: a signed token for the webhook, as the replicator's command of this name makes one. Nothing is sent anywhere.
/// </summary>
internal static class MakeJwtCommand
{
    private static readonly Option<string> Key = new("--key", "-k") { Description = "Private key in PEM: RSA of 2048 bits or more, or EC" };
    private static readonly Option<string[]> Failbacks = new(
        "--failback")
    { Description = "Name of a failback that the token is good for, may be repeated; * for all" };
    private static readonly Option<string[]> Schemas = new(
        "--allow", "-a")
    { Description = "database.schema or /webhook/path that the token is good for, may be repeated" };
    private static readonly Option<string> Expires = new(
        "--expires")
    { Description = "How long it is valid", DefaultValueFactory = _ => "90d" };
    private static readonly Option<string> Issuer = new(
        "--issuer")
    { Description = "Issuer (iss), as Failback__Sink__Jwt__Issuer asks for" };
    private static readonly Option<string> Audience = new(
        "--audience")
    { Description = "Audience (aud), as Failback__Sink__Jwt__Audience asks for" };
    private static readonly Option<string> Output = new("--out") { Description = "File for the token, made with mode 600" };
    private static readonly Option<bool> Claim = new("--claim") { Description = "Print the claims, for another program to sign" };

    public static Command Create()
    {
        var command = new Command(
            "make-jwt", "Make a signed token for the webhook: webhook_auth_header='Bearer <token>'") {
                Key, Failbacks, Schemas, Expires, Issuer, Audience, Output, Claim };
        command.Does(async (result, cancellationToken) =>
        {
            SecurityTokenDescriptor token = Describe(result);
            var handler = new JsonWebTokenHandler { SetDefaultTimesOnTokenCreation = false };
            if (result.GetValue(Claim))
            {
                string unsigned = handler.CreateToken(token);
                Console.WriteLine(Base64UrlEncoder.Decode(unsigned.Split('.')[1]));
                return ExitCodes.Done;
            }

            token.SigningCredentials = ReadKey(
                result.GetValue(Key)
                ?? throw CallFailedException.Usage("--key is missing", "openssl ecparam -genkey -name prime256v1 -noout -out key.pem"));
            await SecretOutput.WriteAsync(handler.CreateToken(token), result.GetValue(Output), cancellationToken);
            await Console.Error.WriteLineAsync($"id (jti) {token.Claims["jti"]}, valid until {token.Expires:yyyy-MM-ddTHH:mm:ssZ}");
            return ExitCodes.Done;
        });
        return command;
    }

    private static SecurityTokenDescriptor Describe(ParseResult result)
    {
        string[] good = [.. result.GetValue(Failbacks) ?? [], .. (result.GetValue(Schemas) ?? []).Select(Path)];
        if (good.Length == 0)
            throw CallFailedException.Usage("nothing says what the token is good for", "--failback NAME, or -a database.schema");
        DateTime now = TimeProvider.System.GetUtcNow().UtcDateTime;
        return new SecurityTokenDescriptor
        {
            Issuer = result.GetValue(Issuer),
            Audience = result.GetValue(Audience),
            IssuedAt = now,
            Expires = now + Lifetime.Parse(result.GetValue(Expires)!),
            Claims = new Dictionary<string, object>(StringComparer.Ordinal) { ["jti"] = Guid.NewGuid().ToString("D"), ["failback"] = good },
        };
    }

    private static string Path(string allowed) => allowed.StartsWith('/') ? allowed : "/" + allowed.Replace('.', '/');

    private static SigningCredentials ReadKey(string file)
    {
        if (!File.Exists(file))
            throw CallFailedException.Usage($"the file {file} is not there", "name the file that holds the private key");
        string pem = File.ReadAllText(file);
        try
        {
            var rsa = RSA.Create();
            rsa.ImportFromPem(pem);
            return new SigningCredentials(new RsaSecurityKey(rsa), SecurityAlgorithms.RsaSha256);
        }
        catch (Exception e) when (e is CryptographicException or ArgumentException)
        {
            return ReadCurve(file, pem);
        }
    }

    private static SigningCredentials ReadCurve(string file, string pem)
    {
        try
        {
            var curve = ECDsa.Create();
            curve.ImportFromPem(pem);
            string algorithm = curve.KeySize switch
            {
                384 => SecurityAlgorithms.EcdsaSha384,
                521 => SecurityAlgorithms.EcdsaSha512,
                _ => SecurityAlgorithms.EcdsaSha256
            };
            return new SigningCredentials(new ECDsaSecurityKey(curve), algorithm);
        }
        catch (Exception e) when (e is CryptographicException or ArgumentException)
        {
            throw CallFailedException.Usage($"{file} holds no private key that can be read", "give an unencrypted RSA or EC key in PEM");
        }
    }
}
