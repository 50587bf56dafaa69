namespace Failback.Dialects.Tests.Suites;

/// <summary>Triggers of MySQL and MariaDB change rows, or refuse them with an error; they leave none out.</summary>
public abstract class MySqlKeepingSuite(ITargetFixture fixture) : KeepingSuite(fixture)
{
    protected override string ChangesNote => """
        CREATE TRIGGER one BEFORE INSERT ON item FOR EACH ROW SET NEW.note = IF(NEW.code = 'x', 'changed', NEW.note);
        CREATE TRIGGER two BEFORE UPDATE ON item FOR EACH ROW SET NEW.note = IF(NEW.code = 'x', 'changed', NEW.note);

        """;

    protected override string PartsChangeItemOne =>
        "CREATE TRIGGER one AFTER INSERT ON part FOR EACH ROW UPDATE item SET note = 'counted' WHERE id = 1;\n";

    protected override string Audits => """
        CREATE TRIGGER one AFTER INSERT ON item FOR EACH ROW INSERT INTO journal VALUES (NEW.id, 'seen');
        CREATE TRIGGER two AFTER UPDATE ON item FOR EACH ROW INSERT INTO journal VALUES (NEW.id, 'seen');
        CREATE TRIGGER three AFTER DELETE ON item FOR EACH ROW INSERT INTO journal VALUES (OLD.id, 'seen');

        """;
}
