using Failback.Dialects.Tests.Suites;

namespace Failback.Dialects.Tests.MySql;

/// <summary>
/// Statements that write are ended by the driver, five seconds after applyTimeout; where it does not reach the server in two seconds more,
/// the session is lost and what was learned of the pace is not.
/// </summary>
public sealed class MySqlPaceTests() : PaceSuite(new MySqlFixture(), applyTimeout: 1, rows: 12)
{
    protected override string SlowDeletes =>
        "CREATE TRIGGER slow BEFORE DELETE ON item FOR EACH ROW DO SLEEP(IF(OLD.id = 7, 9, 0.6));\n";
}
