using Failback.Hosting.Secrets;

namespace Failback.Control.Definitions;

/// <summary>Lets a client read a resource, change something else and write it back without knowing the secrets in it.</summary>
internal static class MaskedSecret
{
    /// <summary>The text itself, or the stored one when the text is its masked form; null when it is masked and fits nothing stored.</summary>
    public static string? Restore(string text, string? stored, Func<string, string> mask)
    {
        if (!text.Contains(SecretUrl.Mask, StringComparison.Ordinal)) return text;
        return stored is not null && mask(stored) == text ? stored : null;
    }
}
