namespace Failback.Dialects.Tests.MySql;

public sealed class MySqlPrivilegeTests() : MySqlPrivilegeSuite(new MySqlFixture());
