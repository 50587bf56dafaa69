using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Console;

namespace Failback.Hosting.Logging;

/// <summary>Replaces all loggers by JSON lines on the console.</summary>
internal static class JsonLines
{
    public static void AddTo(ILoggingBuilder logging, string service)
    {
        logging.ClearProviders();
        logging.AddConsole(options => options.FormatterName = JsonLineFormatter.FormatterName);
        logging.AddConsoleFormatter<JsonLineFormatter, ConsoleFormatterOptions>();
        logging.Services.AddSingleton(new LogSource(service));
        logging.AddFilter("Microsoft.AspNetCore", LogLevel.Warning);
        logging.AddFilter("Microsoft.Hosting.Lifetime", LogLevel.Information);
        logging.AddFilter("MassTransit", LogLevel.Warning);
    }
}
