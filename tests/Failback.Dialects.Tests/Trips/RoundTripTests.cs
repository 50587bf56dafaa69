using Failback.Dialects.Tests.MariaDb;
using Failback.Dialects.Tests.MySql;
using Failback.Dialects.Tests.Postgres;

namespace Failback.Dialects.Tests.Trips;

public sealed class PostgresRoundTripTests() : RoundTripSuite(new PostgresFixture());
public sealed class MariaDbRoundTripTests() : RoundTripSuite(new MariaDbFixture());
public sealed class MySqlRoundTripTests() : RoundTripSuite(new MySqlFixture());
