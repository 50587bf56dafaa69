using Failback.Dialects.Tests.MySql;

namespace Failback.Dialects.Tests.MariaDb;

/// <summary>The server of FAILBACK_TEST_MARIADB_URL, through the same dialect as MySQL.</summary>
public sealed class MariaDbFixture() : MySqlFixture("FAILBACK_TEST_MARIADB_URL", "MariaDB");
