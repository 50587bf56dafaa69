using Failback.Dialects.Tests.Suites;
using Failback.Testing.Users;

namespace Failback.Dialects.Tests.MySql;

/// <summary>The ordinary user of MySQL and MariaDB.</summary>
public abstract class MySqlPrivilegeSuite(MySqlFixture fixture) : PrivilegeSuite(fixture)
{
    protected override string Powers => "SELECT COUNT(*) FROM information_schema.USER_PRIVILEGES WHERE PRIVILEGE_TYPE <> 'USAGE'";

    protected override string Revoke(string schema, string user) => $"REVOKE INSERT ON `{MySqlUser.Pattern(schema)}`.* FROM {user}";

    // https://dev.mysql.com/doc/refman/8.4/en/privilege-changes.html
    protected override string? LookAgain(string schema) => $"USE `{schema}`";
}
