using System.Net;
using Failback.Control;
using Failback.Control.Api;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Options;
using Xunit;

namespace Failback.Tests.Control;

public sealed class BearerTokenTests
{
    [Theory]
    [InlineData("Bearer right", 200)]
    [InlineData("bearer right", 200)]
    [InlineData("Bearer wrong", 401)]
    [InlineData("Bearer righ", 401)]
    [InlineData("Basic right", 401)]
    [InlineData("", 401)]
    public async Task Lets_only_the_token_through(string header, int status) => Assert.Equal(status, await CallAsync("right", "10.0.0.1", header));

    [Theory]
    [InlineData("127.0.0.1", 200)]
    [InlineData("::1", 200)]
    [InlineData("::ffff:127.0.0.1", 200)]
    [InlineData("10.0.0.1", 403)]
    public async Task Without_a_token_serves_only_this_machine(string caller, int status) => Assert.Equal(status, await CallAsync("", caller, ""));

    private static async Task<int> CallAsync(string token, string caller, string header)
    {
        var context = new DefaultHttpContext();
        context.Connection.RemoteIpAddress = IPAddress.Parse(caller);
        context.Request.Headers.Authorization = header;
        try
        {
            await new BearerToken(Options.Create(new ControlOptions { ApiToken = token })).InvokeAsync(context, _ => Task.CompletedTask);
            return 200;
        }
        catch (ApiException e)
        {
            return e.Status;
        }
    }
}
