using System.ComponentModel.DataAnnotations;

namespace Failback.Messaging.Broker;

/// <summary>Where the broker is.</summary>
public sealed class BrokerOptions
{
    /// <summary>Section of the settings.</summary>
    public const string Section = "Failback:RabbitMq";

    /// <summary>
    /// <c>amqp://user:password@host:port/vhost</c> or <c>amqps://…</c>. Holds a secret: never logged. Default: the broker of this machine.
    /// </summary>
    [Required]
    public Uri Uri { get; set; } = new("amqp://guest:guest@127.0.0.1:5672/");
}
