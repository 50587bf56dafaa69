using Failback.Dialects.Tests.Suites;

namespace Failback.Dialects.Tests.MariaDb;

public sealed class MariaDbPaceTests() : PaceSuite(new MariaDbFixture(), applyTimeout: 1, rows: 40)
{
    protected override string SlowDeletes =>
        "CREATE TRIGGER slow BEFORE DELETE ON item FOR EACH ROW DO SLEEP(IF(OLD.id = 7, 5, 0.05));\n";
}
