using System.Net;
using Failback.Control.Access;
using Failback.Control.Api;
using Failback.Control.Settings;
using Failback.Hosting.Security;
using Failback.Testing;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Xunit;

namespace Failback.Tests.Control.Access;

public sealed class AccessControlTests : IDisposable
{
    private const string Far = "10.0.0.1";
    private readonly string _file = Path.GetTempFileName();
    private readonly SteppedTime _time = new(TimeProvider.System.GetUtcNow());
    private readonly FailedAttempts _attempts = new();

    [Theory]
    [InlineData("GET", "Bearer viewer-token", 200)]
    [InlineData("POST", "Bearer viewer-token", 403)]
    [InlineData("PUT", "Bearer viewer-token", 403)]
    [InlineData("GET", "Bearer operator-token", 200)]
    [InlineData("POST", "Bearer operator-token", 200)]
    [InlineData("PUT", "Bearer operator-token", 403)]
    [InlineData("DELETE", "Bearer operator-token", 403)]
    [InlineData("DELETE", "bearer the-token-of-the-settings", 200)]
    [InlineData("GET", "Bearer the-token-of-the-setting", 401)]
    [InlineData("GET", "Basic dmlld2VyLXRva2Vu", 401)]
    [InlineData("GET", "", 401)]
    public async Task Each_role_may_do_what_its_method_needs(string method, string header, int status)
    {
        File.WriteAllText(
            _file, $"# tokens\nv viewer {BearerTokens.Hash("viewer-token")}\n\no operator {BearerTokens.Hash("operator-token")}\n");
        Assert.Equal(
            status, await CallAsync(Control(new() { ApiToken = " the-token-of-the-settings ", TokensFile = _file }), Far, header, method));
    }

    [Fact]
    public async Task A_route_may_need_another_role_than_its_method()
    {
        AccessControl control = Control(
            new() { Tokens = $"v viewer {BearerTokens.Hash("viewer-token")}; o operator {BearerTokens.Hash("operator-token")}" });
        Assert.Equal(403, await CallAsync(control, Far, "Bearer operator-token", "GET", Role.Admin));
        Assert.Equal(403, await CallAsync(control, Far, "Bearer viewer-token", "GET", Role.Operator));
        Assert.Equal(200, await CallAsync(control, Far, "Bearer operator-token", "GET", Role.Operator));
    }

    [Fact]
    public async Task A_token_ends_at_its_time_and_when_its_line_is_taken_out()
    {
        File.WriteAllText(
            _file, $"short viewer {BearerTokens.Hash("short-token")} {_time.GetUtcNow().AddHours(1):yyyy-MM-ddTHH:mm:ssZ}\nlong viewer "
                + $"{BearerTokens.Hash("long-token")}\n");
        AccessControl control = Control(new() { TokensFile = _file });
        Assert.Equal(200, await CallAsync(control, Far, "Bearer short-token", "GET"));
        _time.Step(TimeSpan.FromHours(2));
        Assert.Equal(401, await CallAsync(control, Far, "Bearer short-token", "GET"));
        Assert.Equal(200, await CallAsync(control, Far, "Bearer long-token", "GET"));
        File.WriteAllText(_file, "not a token line");
        _time.Step(TimeSpan.FromSeconds(2));
        Assert.Equal(200, await CallAsync(control, Far, "Bearer long-token", "GET"));
        File.WriteAllText(_file, "");
        _time.Step(TimeSpan.FromSeconds(2));
        Assert.Equal(401, await CallAsync(control, Far, "Bearer long-token", "GET"));
    }

    [Theory]
    [InlineData("127.0.0.1", "127.0.0.1:8080", null, 200)]
    [InlineData("::1", "[::1]:8080", null, 200)]
    [InlineData("::ffff:127.0.0.1", "localhost:8080", "http://localhost:8080", 200)]
    [InlineData("127.0.0.1", "localhost:8080", "https://elsewhere.example", 403)]
    [InlineData("127.0.0.1", "rebound.example:8080", null, 403)]
    [InlineData("10.0.0.1", "localhost:8080", null, 403)]
    public async Task Without_any_token_only_programs_of_this_machine_are_served(string caller, string host, string? origin, int status)
    {
        DefaultHttpContext context = Request(caller, "", "DELETE");
        context.Request.Scheme = "http";
        context.Request.Host = new HostString(host);
        if (origin is not null) context.Request.Headers.Origin = origin;
        Assert.Equal(status, await CallAsync(Control(new()), context));
    }

    [Fact]
    public async Task An_address_that_keeps_failing_is_told_so_and_its_good_tokens_are_let_in()
    {
        AccessControl control = Control(
            new() { ApiToken = "the-token-of-the-settings", Tokens = $"v viewer {BearerTokens.Hash("viewer-token")}" });
        for (int i = 0; i < FailedAttempts.PerMinute; i++) Assert.Equal(401, await CallAsync(control, Far, $"Bearer guess-{i}", "GET"));
        Assert.Equal(429, await CallAsync(control, Far, "Bearer guess", "GET"));
        Assert.Equal(401, await CallAsync(control, Far, "", "GET"));
        Assert.Equal(200, await CallAsync(control, Far, "Bearer the-token-of-the-settings", "DELETE"));
        Assert.Equal(200, await CallAsync(control, Far, "Bearer viewer-token", "GET"));
        Assert.Equal(403, await CallAsync(control, Far, "Bearer viewer-token", "POST"));
        Assert.Equal(401, await CallAsync(control, "10.0.0.2", "Bearer guess", "GET"));
    }

    [Theory]
    [InlineData("ci operator")]
    [InlineData("ci root sha256:0000000000000000000000000000000000000000000000000000000000000000")]
    [InlineData("ci admin the-token-itself")]
    [InlineData("ci admin sha256:0000000000000000000000000000000000000000000000000000000000000000 tomorrow")]
    public void A_line_that_is_no_token_is_refused_without_being_shown(string line)
    {
        var e = Assert.Throws<FormatException>(() => AccessToken.ReadAll("# first\n" + line));
        Assert.Contains("line 2", e.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("the-token-itself", e.Message, StringComparison.Ordinal);
    }

    public void Dispose()
    {
        _attempts.Dispose();
        File.Delete(_file);
    }

    private AccessControl Control(ControlOptions options)
    {
        IOptions<ControlOptions> settings = Options.Create(options);
        return new AccessControl(
            new AccessTokens(settings, _time, NullLogger<AccessTokens>.Instance),
            new SignedTokens(settings, _time, NullLogger<SignedTokens>.Instance), _attempts, NullLogger<AccessControl>.Instance);
    }

    private static Task<int> CallAsync(AccessControl control, string caller, string header, string method, Role? route = null)
    {
        DefaultHttpContext context = Request(caller, header, method);
        if (route is { } role) context.SetEndpoint(new Endpoint(null, new EndpointMetadataCollection(new RequiredRole(role)), "route"));
        return CallAsync(control, context);
    }

    private static DefaultHttpContext Request(string caller, string header, string method)
    {
        var context = new DefaultHttpContext();
        context.Connection.RemoteIpAddress = IPAddress.Parse(caller);
        context.Request.Method = method;
        if (header.Length > 0) context.Request.Headers.Authorization = header;
        return context;
    }

    private static async Task<int> CallAsync(AccessControl control, DefaultHttpContext context)
    {
        try
        {
            await control.InvokeAsync(context, _ => Task.CompletedTask);
            return 200;
        }
        catch (ApiException e)
        {
            return e.Status;
        }
    }
}
