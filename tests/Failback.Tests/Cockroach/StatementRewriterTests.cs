using Failback.Cockroach.Statements;
using Xunit;

namespace Failback.Tests.Cockroach;

/// <summary>What the stand-in makes of statements.</summary>
public sealed class StatementRewriterTests
{
    [Theory]
    [InlineData(
        "SELECT 1; -- SHOW JOBS\nSELECT 'show changefeed jobs; pause job 1'",
        "SELECT 1; -- SHOW JOBS\nSELECT 'show changefeed jobs; pause job 1'")]
    [InlineData("SELECT cluster_logical_timestamp()::STRING", "SELECT crdb_internal.cluster_logical_timestamp()::text")]
    [InlineData("select version()", "select crdb_internal.version()")]
    [InlineData("CREATE TABLE t (version int, a STRING, b BYTES)", "CREATE TABLE t (version int, a text, b bytea)")]
    [InlineData("SELECT $1::STRING, $tag$ version() $tag$", "SELECT $1::text, $tag$ version() $tag$")]
    [InlineData("SHOW CLUSTER SETTING kv.rangefeed.enabled", "SELECT * FROM crdb_internal.show_setting('kv.rangefeed.enabled')")]
    [InlineData("SHOW search_path", "SHOW search_path")]
    [InlineData(
        "SELECT job_id FROM [SHOW CHANGEFEED JOBS] WHERE status = 'running'",
        "SELECT job_id FROM (SELECT * FROM crdb_internal.changefeed_jobs) WHERE status = 'running'")]
    [InlineData(
        "PAUSE JOB 7 WITH REASON = 'it''s me'", "DO $crdb$ BEGIN PERFORM crdb_internal.control_job('pause', 7, 'it''s me'); END $crdb$")]
    [InlineData(
        "SELECT * FROM t AS OF SYSTEM TIME '-1s' WHERE a",
        "SELECT * FROM t CROSS JOIN (SELECT FROM crdb_internal.as_of('-1s')) AS as_of_system_time WHERE a")]
    public void Only_what_is_CockroachDBs_own_is_rewritten(string sql, string expected) =>
    Assert.Equal(expected, StatementRewriter.Rewrite(sql));

    [Theory]
    [InlineData("CREATE CHANGEFEED FOR t INTO 'webhook-http://h/p'", "this sink requires webhook-https")]
    [InlineData("CREATE CHANGEFEED FOR t INTO 'webhook-https://h/p?ca_cert=a b'", "param ca_cert must be base64 encoded")]
    [InlineData("CREATE CHANGEFEED FOR t INTO 'webhook-https://h/p' WITH colour", "invalid option \"colour\"")]
    [InlineData(
        "CREATE CHANGEFEED FOR t INTO 'webhook-https://h/p' WITH webhook_sink_config='{\"Flush\":{\"Bytes\":1}}'",
        "invalid sink config, Flush.Frequency is not set, messages may never be sent")]
    [InlineData("ALTER CHANGEFEED 1 SET cursor = '1'", "cannot alter option \"cursor\"")]
    [InlineData("PAUSE JOB x", "at or near \"x\": syntax error")]
    public void Wrong_statements_fail_with_CockroachDBs_words(string sql, string message) =>
        Assert.Contains(
            "crdb_internal.raise('" + (message.EndsWith("syntax error", StringComparison.Ordinal) ? "42601" : "22023") + "', '" + message,
            StatementRewriter.Rewrite(sql), StringComparison.Ordinal);
}
