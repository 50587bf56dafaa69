using Failback.Dialects.Tests.Inspection;

namespace Failback.Dialects.Tests.MariaDb;

public sealed class MariaDbInspectionTests() : MySqlInspectionSuite(new MariaDbFixture());

public sealed class MariaDbServerInspectionTests() : MySqlServerInspectionSuite(new MariaDbFixture());
