using Failback.Contracts.Api;
using Failback.Contracts.Words;

namespace Failback.Cli.Output;

/// <summary>Tells what changed between two looks at a resource.</summary>
internal sealed class ChangeLog(Action<string, string> write)
{
    private string _state = "";
    private HashSet<string> _troubles = new(StringComparer.Ordinal);

    public void Take(FailbackResource resource)
    {
        string state = $"{resource.Name} is {Word.Of(resource.State)}, {resource.Activity}";
        if (state != _state) write("info", state);
        _state = state;
        HashSet<string> troubles = new(StringComparer.Ordinal);
        foreach (Trouble error in resource.Errors)
        {
            // Messages may count seconds: the code and the table make it the same trouble.
            string key = $"{error.Code}{(error.Table is { } table ? " " + table : "")}";
            troubles.Add(key);
            if (!_troubles.Contains(key)) write("warn", $"{key}: {error.Message}");
        }

        foreach (string gone in _troubles.Where(key => !troubles.Contains(key))) write("info", $"{gone}: over");
        _troubles = troubles;
    }
}
