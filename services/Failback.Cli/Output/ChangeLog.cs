using System.Text.Json.Nodes;

namespace Failback.Cli.Output;

/// <summary>Tells what changed between two looks at a resource.</summary>
internal sealed class ChangeLog(Action<string, string> write)
{
    private string _state = "";
    private HashSet<string> _troubles = new(StringComparer.Ordinal);

    public void Take(JsonNode resource)
    {
        string state = $"{resource["name"]} is {resource["state"]}, {resource["activity"]}";
        if (state != _state) write("info", state);
        _state = state;
        HashSet<string> troubles = new(StringComparer.Ordinal);
        foreach (JsonNode? error in resource["errors"]!.AsArray())
        {
            // Messages may count seconds: the code and the table make it the same trouble.
            string key = $"{error!["code"]}{(error["table"] is { } table ? " " + table : "")}";
            troubles.Add(key);
            if (!_troubles.Contains(key)) write("warn", $"{key}: {error["message"]}");
        }

        foreach (string gone in _troubles.Where(key => !troubles.Contains(key))) write("info", $"{gone}: over");
        _troubles = troubles;
    }
}
