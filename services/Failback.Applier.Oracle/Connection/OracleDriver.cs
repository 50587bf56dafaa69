using System.Data.Common;
using System.Linq.Expressions;
using System.Reflection;
using System.Runtime.Loader;

namespace Failback.Applier.Oracle.Connection;

/// <summary>
/// The one file that knows the driver. ODP.NET (<c>Oracle.ManagedDataAccess.Core</c>) is loaded from a folder at start, so that the service
/// is built without it; the few members beyond System.Data.Common are found by name once and called through compiled delegates. A driver
/// that lacks one of them is refused at start, by the member's name. https://docs.oracle.com/en/database/oracle/oracle-database/23/odpnt/
/// </summary>
internal sealed class OracleDriver
{
    private const string AssemblyFile = "Oracle.ManagedDataAccess.dll";
    private const string Namespace = "Oracle.ManagedDataAccess.Client.";

    private readonly DbProviderFactory _factory;
    private readonly Type _exception;
    private readonly Dictionary<OracleBind, int> _types;
    private readonly Action<DbCommand, bool> _setBindByName;
    private readonly Action<DbCommand, int> _setArrayBindCount;
    private readonly Action<DbCommand, int> _setLobFetchSize;
    private readonly Action<DbParameter, int> _setType;
    private readonly Func<DbException, int> _number;
    private readonly Action<DbConnection> _clearPool;

    private OracleDriver(Assembly assembly)
    {
        Type command = Find(assembly, "OracleCommand");
        Type parameter = Find(assembly, "OracleParameter");
        Type type = Find(assembly, "OracleDbType");
        Type connection = Find(assembly, "OracleConnection");
        _exception = Find(assembly, "OracleException");
        _factory = Find(assembly, "OracleClientFactory").GetField("Instance", BindingFlags.Public | BindingFlags.Static)
            ?.GetValue(null) as DbProviderFactory
            ?? throw Missing("OracleClientFactory.Instance");
        _types = Enum.GetValues<OracleBind>().ToDictionary(b => b, b => Value(type, NameOf(b)));
        _setBindByName = Setter<DbCommand, bool>(command, "BindByName", typeof(bool));
        _setArrayBindCount = Setter<DbCommand, int>(command, "ArrayBindCount", typeof(int));
        _setLobFetchSize = Setter<DbCommand, int>(command, "InitialLOBFetchSize", typeof(int));
        _setType = Setter<DbParameter, int>(parameter, "OracleDbType", type);
        _number = Getter<DbException, int>(_exception, "Number");
        _clearPool = Caller(connection, "ClearPool");
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
                $"the Oracle driver is not there: {file}; the image is built with it unless WITH_ORACLE=false, elsewhere publish "
                    + $"Oracle.ManagedDataAccess.Core into the folder that Failback__Oracle__DriverFolder names");
        }

        return new OracleDriver(new DriverContext(file).LoadFromAssemblyPath(file));
    }

    public DbConnection CreateConnection(string connectionString)
    {
        DbConnection connection = _factory.CreateConnection() ?? throw Missing("OracleClientFactory.CreateConnection");
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
        _setBindByName(command, true);
        _setLobFetchSize(command, -1); // LOBs come whole, with their row
        if (rows > 0) _setArrayBindCount(command, rows);
        return command;
    }

    /// <summary>Adds a parameter.</summary>
    public void Add(DbCommand command, OracleArgument argument)
    {
        DbParameter parameter = command.CreateParameter();
        parameter.ParameterName = argument.Name;
        _setType(parameter, _types[argument.Bind]);
        parameter.Value = argument.Value ?? DBNull.Value;
        command.Parameters.Add(parameter);
    }

    /// <summary>The number of <c>ORA-nnnnn</c>; null when the error is not the driver's.</summary>
    public int? ErrorNumber(Exception error) => _exception.IsInstanceOfType(error) ? _number((DbException)error) : null;

    public void ClearPool(DbConnection connection) => _clearPool(connection);

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
        Enum.TryParse(type, name, out object? value)
        ? Convert.ToInt32(value, System.Globalization.CultureInfo.InvariantCulture)
        : throw Missing($"{type.Name}.{name}");

    private static PropertyInfo Property(Type owner, string name, Type type) =>
        owner.GetProperty(name, type) ?? throw Missing($"{owner.Name}.{name} of type {type.Name}");

    private static Action<TOwner, TValue> Setter<TOwner, TValue>(Type owner, string name, Type type)
    {
        ParameterExpression target = Expression.Parameter(typeof(TOwner));
        ParameterExpression value = Expression.Parameter(typeof(TValue));
        MemberExpression property = Expression.Property(Expression.Convert(target, owner), Property(owner, name, type));
        return Expression.Lambda<Action<TOwner, TValue>>(Expression.Assign(property, Expression.Convert(value, type)), target, value)
            .Compile();
    }

    private static Func<TOwner, TValue> Getter<TOwner, TValue>(Type owner, string name)
    {
        ParameterExpression target = Expression.Parameter(typeof(TOwner));
        return Expression.Lambda<Func<TOwner, TValue>>(
            Expression.Property(Expression.Convert(target, owner), Property(owner, name, typeof(TValue))), target).Compile();
    }

    private static Action<DbConnection> Caller(Type connection, string name)
    {
        MethodInfo method = connection.GetMethod(name, BindingFlags.Public | BindingFlags.Static, [connection])
            ?? throw Missing($"{connection.Name}.{name}");
        ParameterExpression argument = Expression.Parameter(typeof(DbConnection));
        return Expression.Lambda<Action<DbConnection>>(Expression.Call(method, Expression.Convert(argument, connection)), argument)
            .Compile();
    }

    private static InvalidOperationException Missing(string member) =>
        new($"the Oracle driver has no {member}: another version of it is needed");

    /// <summary>The driver's own dependencies come from its folder; what the service has already is shared.</summary>
    private sealed class DriverContext(string file) : AssemblyLoadContext("oracle-driver")
    {
        private readonly AssemblyDependencyResolver _resolver = new(file);

        protected override Assembly? Load(AssemblyName assemblyName) =>
            _resolver.ResolveAssemblyToPath(assemblyName) is { } path ? LoadFromAssemblyPath(path) : null;

        protected override nint LoadUnmanagedDll(string unmanagedDllName) =>
            _resolver.ResolveUnmanagedDllToPath(unmanagedDllName) is { } path ? LoadUnmanagedDllFromPath(path) : 0;
    }
}
