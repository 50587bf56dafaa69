using Xunit;

namespace Failback.Dialects.Tests.State;

public sealed class SqliteStateTests(SqliteStateFixture fixture) : StateSuite(fixture), IClassFixture<SqliteStateFixture>;
