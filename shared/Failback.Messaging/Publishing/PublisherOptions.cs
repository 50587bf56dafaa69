namespace Failback.Messaging.Publishing;

/// <summary>Settings of <see cref="TablePublisher"/>, set by the sink in code.</summary>
public sealed class PublisherOptions
{
    /// <summary>Longest wait for a confirm; after it the connection ends. Default: 10 seconds.</summary>
    public TimeSpan ConfirmTimeout { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>Name of the connection in the broker's own tools. Default: <c>failback-publisher</c>.</summary>
    public string ConnectionName { get; set; } = "failback-publisher";
}
