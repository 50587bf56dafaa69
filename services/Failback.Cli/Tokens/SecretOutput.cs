using Failback.Cli.Api;

namespace Failback.Cli.Tokens;

/// <summary>Where a secret goes: a file that only its owner reads, or standard output alone, so that it can be piped.</summary>
internal static class SecretOutput
{
    /// <exception cref="CallFailedException">The file is there already.</exception>
    public static async Task WriteAsync(string secret, string? file, CancellationToken cancellationToken)
    {
        if (file is null)
        {
            Console.WriteLine(secret);
            return;
        }

        if (File.Exists(file)) throw CallFailedException.Usage($"{file} is there already", "name another file, or remove it");
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows()) options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        await using var writer = new StreamWriter(file, options);
        await writer.WriteLineAsync(secret.AsMemory(), cancellationToken);
    }
}
