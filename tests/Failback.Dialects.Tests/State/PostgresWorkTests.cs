using Xunit;

namespace Failback.Dialects.Tests.State;

public sealed class PostgresWorkTests(PostgresStateFixture fixture) : WorkSuite(fixture), IClassFixture<PostgresStateFixture>;
