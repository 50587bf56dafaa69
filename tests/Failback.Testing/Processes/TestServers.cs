using Npgsql;

namespace Failback.Testing.Processes;

/// <summary>Addresses of the real servers that tests use, from the environment; <c>./test.sh</c> sets it.</summary>
public static class TestServers
{
    /// <summary>URL of a PostgreSQL superuser, any database.</summary>
    public static string PostgresUrl => Required("FAILBACK_TEST_POSTGRES_URL");

    /// <summary>AMQP URL of a RabbitMQ administrator.</summary>
    public static Uri RabbitMqUrl => new(Required("FAILBACK_TEST_RABBITMQ_URL"));

    /// <summary>
    /// Management API of the same broker, with user and password; default: the port after the AMQP port, as on the native servers.
    /// </summary>
    public static Uri RabbitMqManagementUrl =>
        Environment.GetEnvironmentVariable("FAILBACK_TEST_RABBITMQ_MANAGEMENT_URL") is { Length: > 0 } url
        ? new Uri(url)
        : new UriBuilder(RabbitMqUrl) { Scheme = "http", Port = RabbitMqUrl.Port + 1, Path = "/" }.Uri;

    /// <summary>Converts a <c>postgres://</c> URL into Npgsql's form.</summary>
    public static NpgsqlConnectionStringBuilder Npgsql(string url)
    {
        var uri = new Uri(url);
        string[] user = uri.UserInfo.Split(':', 2);
        return new NpgsqlConnectionStringBuilder
        {
            Host = uri.Host,
            Port = uri.Port > 0 ? uri.Port : 5432,
            Username = Uri.UnescapeDataString(user[0]),
            Password = user.Length > 1 ? Uri.UnescapeDataString(user[1]) : null,
            Database = Uri.UnescapeDataString(uri.AbsolutePath.Trim('/')),
            IncludeErrorDetail = true,
        };
    }

    private static string Required(string name) =>
        Environment.GetEnvironmentVariable(name) is { Length: > 0 } value
        ? value
        : throw new InvalidOperationException(
            $"{name} is not set: run the tests with ./test.sh, or start servers with deploy/native/servers.sh");
}
