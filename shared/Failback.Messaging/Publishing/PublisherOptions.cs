namespace Failback.Messaging.Publishing;

/// <summary>Behaviour of <see cref="TablePublisher"/>.</summary>
public sealed class PublisherOptions
{
    /// <summary>A message without a confirm for this long ends the connection. Default: 10 seconds.</summary>
    public TimeSpan ConfirmTimeout { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>Shown by the broker's own tools. Default: <c>failback-publisher</c>.</summary>
    public string ConnectionName { get; set; } = "failback-publisher";
}
