using Failback.Dialects.Tests.Suites;

namespace Failback.Dialects.Tests.Oracle;

public sealed class OraclePrivilegeTests() : PrivilegeSuite(new OracleFixture())
{
    // The stand-in's own word for it: its SESSION_PRIVS is the same for everybody.
    protected override string Powers => "SELECT COUNT(*) FROM INFORMATION_SCHEMA.USERS WHERE USER_NAME = CURRENT_USER AND IS_ADMIN";

    protected override string Revoke(string schema, string user) => $"REVOKE INSERT ON {schema}.item FROM {user}";
}
