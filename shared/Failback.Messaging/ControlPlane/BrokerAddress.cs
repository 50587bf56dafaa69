namespace Failback.Messaging.ControlPlane;

/// <summary>
/// The parts of the broker's URL that MassTransit needs, percent-decoded and with AMQP's defaults
/// (https://www.rabbitmq.com/docs/uri-spec).
/// </summary>
internal sealed class BrokerAddress(Uri uri)
{
    public string Host => uri.Host;

    public bool Tls => uri.Scheme == "amqps";

    public ushort Port => (ushort)(uri.Port > 0 ? uri.Port : Tls ? 5671 : 5672);

    public string VirtualHost => uri.AbsolutePath.Length > 1 ? Uri.UnescapeDataString(uri.AbsolutePath[1..]) : "/";

    public string UserName => Credential(0);

    public string Password => Credential(1);

    private string Credential(int index)
    {
        string[] parts = uri.UserInfo.Split(':', 2);
        return parts.Length > index && parts[index].Length > 0 ? Uri.UnescapeDataString(parts[index]) : "guest";
    }
}
