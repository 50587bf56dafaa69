using Failback.Sink.Reading;
using Xunit;

namespace Failback.Tests.Sink;

public sealed class TopicRouterTests
{
    [Theory]
    [InlineData("employees", "app.employees", "app.employees")]
    [InlineData("app.employees", "app.employees", "app.employees")]
    [InlineData("db.app.employees", "app.employees", "app.employees")]
    [InlineData("db.app.employees", "employees", "employees")]
    [InlineData("db.app.employees", "db.app.employees", "db.app.employees")]
    [InlineData("other.app.employees", "db.app.employees", null)]
    [InlineData("other.employees", "app.employees", null)]
    [InlineData("EMPLOYEES", "app.employees", "app.employees")]
    [InlineData("\"Mixed\"", "app.Mixed", "app.Mixed")]
    [InlineData("Mixed", "app.Mixed", "app.Mixed")]
    [InlineData("db.app.\"Mixed\"", "app.mixed", "app.mixed")]
    [InlineData("\"with.dot\"", "app.\"with.dot\"", "app.\"with.dot\"")]
    [InlineData("with.dot", "app.\"with.dot\"", "app.\"with.dot\"")]
    [InlineData("a\"b", "app.\"a\"\"b\"", "app.\"a\"\"b\"")]
    [InlineData("salaries", "app.employees", null)]
    [InlineData("employees.primary", "app.employees", null)]
    [InlineData("a.b.c.d", "app.d", null)]
    public void Finds_the_table_of_a_topic(string topic, string source, string? expected) =>
        Assert.Equal(expected, new TopicRouter([Bodies.Route(source)]).Find(topic)?.Source);

    [Theory]
    [InlineData("Orders", "a.Orders")]
    [InlineData("orders", "a.orders")]
    [InlineData("ORDERS", null)]
    [InlineData("b.items", "b.items")]
    [InlineData("items", null)]
    [InlineData("db.a.items", "a.items")]
    public void Prefers_exact_case_and_refuses_to_guess(string topic, string? expected)
    {
        var router = new TopicRouter(
            [Bodies.Route("a.orders"), Bodies.Route("a.Orders"), Bodies.Route("a.items"), Bodies.Route("b.items")]);
        Assert.Equal(expected, router.Find(topic)?.Source);
        Assert.Equal(expected, router.Find(topic)?.Source);
    }
}
