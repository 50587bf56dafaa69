using System.Globalization;
using System.Security.Cryptography;
using Failback.Applier.Oracle.Connection;
using Failback.Apply.Values;

namespace Failback.Applier.Oracle.Values;

/// <summary>
/// CHAR, VARCHAR2, their national forms, CLOB, NCLOB and LONG; arrays and JSON as their JSON text. One-character columns take BOOL as Y and
/// N, longer ones as true and false. Lengths and the database's characters are looked at here: Oracle replaces characters without a word.
/// </summary>
internal sealed class TextColumn(string name, OracleType type) : OracleColumn(name, type)
{
    /// <summary>Longer parameters travel as LONG unless they are LOBs, and cannot be in a MERGE.</summary>
    private const int OrdinaryBytes = 4000;

    private readonly bool _isChar = type.Name is "CHAR" or "NCHAR";
    private readonly bool _isUnlimited = type.Name is "CLOB" or "NCLOB" or "LONG";
    private readonly bool _isFlag = type.Name is "CHAR" or "NCHAR" or "VARCHAR2" or "NVARCHAR2"
        && (type.CountsBytes ? type.Bytes : type.Characters) == 1;

    public override OracleBind Kind => Type.Name switch
    {
        "CLOB" => OracleBind.Clob,
        "NCLOB" => OracleBind.NationalClob,
        "LONG" => OracleBind.Long,
        _ => base.Kind,
    };

    public override bool IsLong => _isUnlimited || Type.Bytes > OrdinaryBytes;

    // A parameter is VARCHAR2, and CHAR compared with VARCHAR2 is compared without filling up blanks.
    // https://docs.oracle.com/en/database/oracle/oracle-database/23/sqlrf/Data-Type-Comparison-Rules.html
    public override string Expression(string parameter) => Type.Name switch
    {
        "CHAR" =>
            string.Create(
                CultureInfo.InvariantCulture,
                $"CAST({parameter} AS CHAR({(Type.CountsBytes ? $"{Type.Bytes} BYTE" : $"{Type.Characters} CHAR")}))"),
        "NCHAR" => string.Create(CultureInfo.InvariantCulture, $"CAST({parameter} AS NCHAR({Type.Characters}))"),
        _ => parameter,
    };

    public override string? IdentityExpression(string column) => _isUnlimited ? null : _isChar ? $"RTRIM({column})" : column;

    public override string Identity(object value) => _isChar ? ((string)value).TrimEnd(' ') : (string)value;

    public override object? Placeholder() =>
        _isUnlimited || Math.Min(Type.Characters, Type.Bytes) < 8
        ? null
        : RandomNumberGenerator.GetHexString(Math.Min(32, Math.Min(Type.Characters, Type.Bytes)));

    public override object Convert(RawValue value)
    {
        string text = value.Text();
        if (_isFlag && !value.IsString && text is "true" or "false") return text == "true" ? "Y" : "N";
        if (_isUnlimited && Type.IsNational) return text;
        if (Type.IsNational)
            return text.Length <= Type.Characters ? text : throw new ValueException($"text is longer than {Type.Characters} characters");
        int bytes = Type.CharacterSet.Measure(text)
            ?? throw new ValueException("holds a character that the database's character set lacks");
        if (_isUnlimited) return text;
        if (!Type.CountsBytes && text.Length > Type.Characters && text.EnumerateRunes().Count() > Type.Characters)
            throw new ValueException($"text is longer than {Type.Characters} characters");
        return bytes <= Type.Bytes ? text : throw new ValueException($"text is longer than {Type.Bytes} bytes");
    }
}
