namespace Failback.Hosting.Secrets;

/// <summary>
/// The secrets key is missing or wrong, or a sealed text is damaged. The message contains no secret and says what to do.
/// </summary>
public sealed class SecretBoxException : Exception
{
    public SecretBoxException() { }

    public SecretBoxException(string message) : base(message) { }

    public SecretBoxException(string message, Exception inner) : base(message, inner) { }
}
