using System.Data;
using System.Data.Common;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace Oracle.ManagedDataAccess.Client;

/// <summary>One session of the stand-in server.</summary>
public sealed partial class OracleConnection : DbConnection
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private OracleWire? _wire;

    [AllowNull]
    public override string ConnectionString { get; set; } = "";

    public override string Database => "";

    public override string DataSource => "";

    public override string ServerVersion => "19.0.0.0.0";

    public override ConnectionState State => _wire is null ? ConnectionState.Closed : ConnectionState.Open;

    /// <summary>There is no pool here.</summary>
    public static void ClearPool(OracleConnection connection) => ArgumentNullException.ThrowIfNull(connection);

    public override void Open()
    {
        var settings = new DbConnectionStringBuilder { ConnectionString = ConnectionString };
        Match place = Descriptor().Match((string)settings["Data Source"]);
        if (!place.Success) throw new InvalidOperationException("the data source is not a descriptor");
        string user = (string)settings["User Id"];
        _wire = new OracleWire(place.Groups["host"].Value, int.Parse(place.Groups["port"].ValueSpan, CultureInfo.InvariantCulture));
        try
        {
            Ask(place.Groups["service"].Value, user.StartsWith('"')
                ? user.Trim('"')
                : user.ToUpperInvariant(), (string)settings["Password"]);
        }
        catch
        {
            Close();
            throw;
        }
    }

    public override void Close()
    {
        _wire?.Dispose();
        _wire = null;
    }

    public override void ChangeDatabase(string databaseName) => throw new NotSupportedException();

    internal void Ask(params string[] fields) => Ask([.. fields.Select(Encoding.UTF8.GetBytes)], Patience);

    internal List<byte[]?> Ask(IReadOnlyCollection<byte[]?> fields, TimeSpan timeout)
    {
        try
        {
            return (_wire ?? throw new InvalidOperationException("the connection is not open")).Ask(fields, timeout);
        }
        catch (IOException)
        {
            Close();
            throw new OracleException(3113, "end-of-file on communication channel");
        }
    }

    /// <summary>ODP.NET knows two levels.</summary>
    protected override DbTransaction BeginDbTransaction(IsolationLevel isolationLevel)
    {
        if (isolationLevel is not (IsolationLevel.ReadCommitted or IsolationLevel.Serializable or IsolationLevel.Unspecified))
            throw new ArgumentException("the level is not supported", nameof(isolationLevel));
        Ask("BEGIN");
        return new OracleTransaction(this);
    }

    protected override DbCommand CreateDbCommand() => new OracleCommand(this);

    protected override void Dispose(bool disposing)
    {
        if (disposing) Close();
        base.Dispose(disposing);
    }

    [GeneratedRegex(
        @"\(HOST=(?<host>[^()]+)\)\(PORT=(?<port>[0-9]+)\).*\(SERVICE_NAME=(?<service>[^()]+)\)", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Descriptor();
}
