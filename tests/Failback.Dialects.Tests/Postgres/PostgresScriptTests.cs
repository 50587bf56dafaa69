using Failback.Dialects.Tests.Suites;

namespace Failback.Dialects.Tests.Postgres;

public sealed class PostgresScriptTests() : ScriptSuite(new PostgresFixture())
{
    protected override string EndIdleTransactions => "SET idle_in_transaction_session_timeout = '500ms'";
}
