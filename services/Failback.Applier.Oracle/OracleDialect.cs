using System.Data.Common;
using Failback.Applier.Oracle.Advice;
using Failback.Applier.Oracle.Catalog;
using Failback.Applier.Oracle.Connection;
using Failback.Applier.Oracle.Inspection;
using Failback.Applier.Oracle.Staging;
using Failback.Applier.Oracle.Writing;
using Failback.Apply.Dialects;
using Failback.Apply.Failures;

namespace Failback.Applier.Oracle;

/// <summary>Oracle 12.2 and later through the driver that is found at run time.</summary>
internal sealed class OracleDialect(OracleDriver driver) : ITargetDialect
{
    public string Name => "oracle";

    public ITargetCatalog Catalog { get; } = new OracleCatalog();

    public ITableStatements Statements { get; } = new OracleStatements();

    public ITargetInspection Inspection { get; } = new OracleInspection();

    public ITargetAdvice Advice { get; } = new OracleAdvice();

    public DbConnection CreateConnection(string url, ConnectionUse use, TimeSpan applyTimeout)
    {
        SessionTerms terms = SessionTerms.Of(use, applyTimeout);
        DbConnectionStringBuilder settings = OracleUrl.Parse(url);
        settings["Pooling"] = terms.IsPooled;
        if (terms.IsPooled) settings["Max Pool Size"] = terms.Pool;
        settings["Statement Cache Size"] = 100;
        settings["Persist Security Info"] = true;
        settings["Enlist"] = false;
        return new OracleSession(driver, driver.CreateConnection(settings.ConnectionString), terms);
    }

    public void ClearPool(DbConnection connection) => driver.ClearPool(((OracleSession)connection).Inner);

    public Failure Classify(Exception exception) => OracleFailures.Classify(exception, driver.ErrorNumber(exception));

    public ICheckpointStore Checkpoints(string schema) => new OracleCheckpoints(schema);

    public ILetterStore Letters(string schema) => new OracleLetters(schema);
}
