using Failback.Dialects.Tests.Suites;

namespace Failback.Dialects.Tests.MySql;

public sealed class MySqlReferenceTests() : ReferenceSuite(new MySqlFixture());
