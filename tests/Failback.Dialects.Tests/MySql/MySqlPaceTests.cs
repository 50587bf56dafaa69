using Failback.Dialects.Tests.Suites;

namespace Failback.Dialects.Tests.MySql;

/// <summary>Statements that write are ended by the driver, five seconds after applyTimeout.</summary>
public sealed class MySqlPaceTests() : PaceSuite(new MySqlFixture(), applyTimeout: 1, rows: 40)
{
    protected override string SlowDeletes =>
        "CREATE TRIGGER slow BEFORE DELETE ON item FOR EACH ROW DO SLEEP(IF(OLD.id = 7, 20, 0.25));\n";
}
