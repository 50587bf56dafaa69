using System.ComponentModel.DataAnnotations;

namespace Failback.Messaging.Broker;

/// <summary>Settings of the broker connection, for every process.</summary>
public sealed class BrokerOptions
{
    /// <summary>Section of the configuration: <c>Failback__RabbitMq__…</c> in the environment.</summary>
    public const string Section = "Failback:RabbitMq";

    /// <summary>
    /// <c>amqp://user:password@host:port/vhost</c> or <c>amqps://…</c>. It contains a secret and is never logged. Default: the
    /// broker on this machine.
    /// </summary>
    [Required]
    public Uri Uri { get; set; } = new("amqp://guest:guest@127.0.0.1:5672/");
}
