namespace Oracle.ManagedDataAccess.Client;

/// <summary>The types that the applier binds, by the names and numbers of the driver.</summary>
[System.Diagnostics.CodeAnalysis.SuppressMessage("Naming", "CA1720", Justification = "The driver's names.")]
public enum OracleDbType
{
    None = 0,
    Blob = 102,
    Clob = 105,
    Long = 109,
    LongRaw = 110,
    Int64 = 113,
    NClob = 116,
    NVarchar2 = 119,
    Raw = 120,
    Varchar2 = 126,
}
