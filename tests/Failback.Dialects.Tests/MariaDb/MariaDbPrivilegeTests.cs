using Failback.Dialects.Tests.MySql;

namespace Failback.Dialects.Tests.MariaDb;

public sealed class MariaDbPrivilegeTests() : MySqlPrivilegeSuite(new MariaDbFixture());
