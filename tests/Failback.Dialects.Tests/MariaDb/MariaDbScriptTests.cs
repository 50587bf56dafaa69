using Failback.Dialects.Tests.Suites;

namespace Failback.Dialects.Tests.MariaDb;

public sealed class MariaDbScriptTests() : ScriptSuite(new MariaDbFixture())
{
    protected override string EndIdleTransactions => "SET SESSION idle_transaction_timeout = 1";
}
