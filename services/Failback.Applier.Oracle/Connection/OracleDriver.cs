using System.Data.Common;
using System.Linq.Expressions;
using System.Reflection;
using System.Runtime.Loader;

namespace Failback.Applier.Oracle.Connection;

/// <summary>
/// The one file that knows the driver. ODP.NET (<c>Oracle.ManagedDataAccess.Core</c>) is loaded from a folder at start, so that the service is
/// built without it; the few members beyond System.Data.Common are found by name once and called through compiled delegates. A driver that
/// lacks one of them is refused at start, by the member's name.
/// https://docs.oracle.com/en/database/oracle/oracle-database/23/odpnt/
/// </summary>
internal sealed class OracleDriver
{
    private const string AssemblyFile = "Oracle.ManagedDataAccess.dll";
    private const string Namespace = "Oracle.ManagedDataAccess.Client.";

    private readonly DbProviderFactory factory;
    private readonly Type exception;
    private readonly Dictionary<OracleBind, int> types;
    private readonly Action<DbCommand, bool> setBindByName;
    private readonly Action<DbCommand, int> setArrayBindCount;
    private readonly Action<DbCommand, int> setLobFetchSize;
    private readonly Action<DbParameter, int> setType;
    private readonly Func<DbException, int> number;
    private readonly Action<DbConnection> clearPool;

    private OracleDriver(Assembly assembly)
    {
        Type command = Find(assembly, "OracleCommand");
        Type parameter = Find(assembly, "OracleParameter");
        Type type = Find(assembly, "OracleDbType");
        Type connection = Find(assembly, "OracleConnection");
        exception = Find(assembly, "OracleException");
        factory = Find(assembly, "OracleClientFactory").GetField("Instance", BindingFlags.Public | BindingFlags.Static)?.GetValue(null) as DbProviderFactory
            ?? throw Missing("OracleClientFactory.Instance");
        types = Enum.GetValues<OracleBind>().ToDictionary(b => b, b => Value(type, NameOf(b)));
        setBindByName = Setter<DbCommand, bool>(command, "BindByName", typeof(bool));
        setArrayBindCount = Setter<DbCommand, int>(command, "ArrayBindCount", typeof(int));
        setLobFetchSize = Setter<DbCommand, int>(command, "InitialLOBFetchSize", typeof(int));
        setType = Setter<DbParameter, int>(parameter, "OracleDbType", type);
        number = Getter<DbException, int>(exception, "Number");
        clearPool = Caller(connection, "ClearPool");
    }

    /// <summary>Loads the driver.</summary>
    /// <param name="folder">Holds Oracle.ManagedDataAccess.dll and what it needs.</param>
    /// <exception cref="InvalidOperationException">The driver is not there, or it lacks a member; the message says which.</exception>
    public static OracleDriver Load(string folder)
    {
        string file = Path.Combine(Path.GetFullPath(folder), AssemblyFile);
        if (!File.Exists(file))
        {
            throw new InvalidOperationException(
                $"the Oracle driver is not there: {file}; the image is built with it unless WITH_ORACLE=false, elsewhere publish Oracle.ManagedDataAccess.Core into the folder that Failback__Oracle__DriverFolder names");
        }

        return new OracleDriver(new DriverContext(file).LoadFromAssemblyPath(file));
    }

    public DbConnection CreateConnection(string connectionString)
    {
        DbConnection connection = factory.CreateConnection() ?? throw Missing("OracleClientFactory.CreateConnection");
        connection.ConnectionString = connectionString;
        return connection;
    }

    /// <summary>A command whose parameters are found by their name.</summary>
    /// <param name="connection">Connection of this driver.</param>
    /// <param name="sql">Text, without a semicolon at its end.</param>
    /// <param name="rows">How many rows the parameters' arrays have; 0: the parameters are single values.</param>
    public DbCommand CreateCommand(DbConnection connection, string sql, int rows = 0)
    {
        DbCommand command = connection.CreateCommand();
        command.CommandText = sql;
        setBindByName(command, true);
        setLobFetchSize(command, -1); // LOBs come whole, with their row
        if (rows > 0) setArrayBindCount(command, rows);
        return command;
    }

    /// <summary>Adds a parameter.</summary>
    public void Add(DbCommand command, OracleArgument argument)
    {
        DbParameter parameter = command.CreateParameter();
        parameter.ParameterName = argument.Name;
        setType(parameter, types[argument.Bind]);
        parameter.Value = argument.Value ?? DBNull.Value;
        command.Parameters.Add(parameter);
    }

    /// <summary>The number of <c>ORA-nnnnn</c>; null when the error is not the driver's.</summary>
    public int? ErrorNumber(Exception error) => exception.IsInstanceOfType(error) ? number((DbException)error) : null;

    public void ClearPool(DbConnection connection) => clearPool(connection);

    private static string NameOf(OracleBind bind) => bind switch
    {
        OracleBind.Text => "Varchar2",
        OracleBind.NationalText => "NVarchar2",
        OracleBind.Clob => "Clob",
        OracleBind.NationalClob => "NClob",
        OracleBind.Long => "Long",
        OracleBind.Raw => "Raw",
        OracleBind.Blob => "Blob",
        OracleBind.LongRaw => "LongRaw",
        _ => "Int64",
    };

    private static Type Find(Assembly assembly, string name) => assembly.GetType(Namespace + name) ?? throw Missing(name);

    private static int Value(Type type, string name) =>
        Enum.TryParse(type, name, out object? value) ? Convert.ToInt32(value, System.Globalization.CultureInfo.InvariantCulture) : throw Missing($"{type.Name}.{name}");

    private static PropertyInfo Property(Type owner, string name, Type type) =>
        owner.GetProperty(name, type) ?? throw Missing($"{owner.Name}.{name} of type {type.Name}");

    private static Action<TOwner, TValue> Setter<TOwner, TValue>(Type owner, string name, Type type)
    {
        ParameterExpression target = Expression.Parameter(typeof(TOwner));
        ParameterExpression value = Expression.Parameter(typeof(TValue));
        MemberExpression property = Expression.Property(Expression.Convert(target, owner), Property(owner, name, type));
        return Expression.Lambda<Action<TOwner, TValue>>(Expression.Assign(property, Expression.Convert(value, type)), target, value).Compile();
    }

    private static Func<TOwner, TValue> Getter<TOwner, TValue>(Type owner, string name)
    {
        ParameterExpression target = Expression.Parameter(typeof(TOwner));
        return Expression.Lambda<Func<TOwner, TValue>>(Expression.Property(Expression.Convert(target, owner), Property(owner, name, typeof(TValue))), target).Compile();
    }

    private static Action<DbConnection> Caller(Type connection, string name)
    {
        MethodInfo method = connection.GetMethod(name, BindingFlags.Public | BindingFlags.Static, [connection]) ?? throw Missing($"{connection.Name}.{name}");
        ParameterExpression argument = Expression.Parameter(typeof(DbConnection));
        return Expression.Lambda<Action<DbConnection>>(Expression.Call(method, Expression.Convert(argument, connection)), argument).Compile();
    }

    private static InvalidOperationException Missing(string member) => new($"the Oracle driver has no {member}: another version of it is needed");

    /// <summary>The driver's own dependencies come from its folder; what the service has already is shared.</summary>
    private sealed class DriverContext(string file) : AssemblyLoadContext("oracle-driver")
    {
        private readonly AssemblyDependencyResolver resolver = new(file);

        protected override Assembly? Load(AssemblyName assemblyName) =>
            resolver.ResolveAssemblyToPath(assemblyName) is { } path ? LoadFromAssemblyPath(path) : null;

        protected override nint LoadUnmanagedDll(string unmanagedDllName) =>
            resolver.ResolveUnmanagedDllToPath(unmanagedDllName) is { } path ? LoadUnmanagedDllFromPath(path) : 0;
    }
}
