using Failback.Dialects.Tests.Inspection;

namespace Failback.Dialects.Tests.MySql;

public sealed class MySqlInspectionTests() : MySqlInspectionSuite(new MySqlFixture());

public sealed class MySqlServerInspectionTests() : MySqlServerInspectionSuite(new MySqlFixture());
