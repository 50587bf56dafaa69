using Xunit;

namespace Failback.Dialects.Tests.State;

public sealed class SqliteWorkTests(SqliteStateFixture fixture) : WorkSuite(fixture), IClassFixture<SqliteStateFixture>;
