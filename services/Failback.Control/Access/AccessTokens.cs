using System.Text;
using Failback.Control.Settings;
using Failback.Hosting.Security;
using Microsoft.Extensions.Options;

namespace Failback.Control.Access;

/// <summary>
/// The bearer tokens of the settings and of the token file. The file is read again when it changes: removing a line revokes its
/// token.
/// </summary>
internal sealed class AccessTokens
{
    private const int ShortestToken = 16;

    private readonly IReadOnlyList<AccessToken> _fixed;
    private readonly WatchedFiles<IReadOnlyList<AccessToken>>? _file;
    private readonly TimeProvider _time;

    public AccessTokens(IOptions<ControlOptions> options, TimeProvider time, ILogger<AccessTokens> log)
    {
        ControlOptions settings = options.Value;
        _time = time;
        string single = settings.ApiToken.Trim();
        _fixed = [
            .. AccessToken.ReadAll(settings.Tokens.Replace(';', '\n')), .. single.Length > 0
                ? (AccessToken[])[new("api-token", Role.Admin, BearerTokens.Hash(single), null)]
                : []];
        if (single.Length is > 0 and < ShortestToken) ControlLog.ShortToken(log, ShortestToken);
        if (settings.TokensFile.Length == 0) return;
        _file = new([settings.TokensFile], files => AccessToken.ReadAll(Encoding.UTF8.GetString(files[0])), time);
        _file.Changed += tokens => ControlLog.TokensRead(log, settings.TokensFile, tokens.Count);
        _file.Refused += e => ControlLog.TokensNotRead(log, settings.TokensFile, e.Message);
    }

    /// <summary>True when tokens can exist; false when neither settings nor a file can provide one.</summary>
    public bool Any => _fixed.Count > 0 || _file is not null;

    /// <summary>
    /// Returns the caller with this token, or null. Every known token is compared, each in constant time, so that the duration
    /// reveals nothing about them.
    /// </summary>
    public Caller? Find(string shown)
    {
        Caller? caller = null;
        DateTimeOffset now = _time.GetUtcNow();
        foreach (AccessToken token in _file is null ? _fixed : _fixed.Concat(_file.Current))
        {
            if (BearerTokens.Matches(shown, [token.Hash]) && (token.Until is not { } end || now < end))
                caller = new Caller(token.Name, token.Role, "token\n" + token.Hash);
        }

        return caller;
    }
}
