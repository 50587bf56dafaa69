using System.Text.Json;
using Failback.Contracts.Api;

namespace Failback.Control.Definitions;

/// <summary>
/// Reads one JSON object member by member, strictly: wrong kinds and unknown members are recorded with their path. Absent and null
/// are the same.
/// </summary>
internal sealed class ObjectReader(JsonElement element, string path, List<FieldError> errors)
{
    private readonly HashSet<string> _known = new(StringComparer.Ordinal);

    public List<FieldError> Errors => errors;

    /// <summary>True when an error was recorded about this object or its members.</summary>
    public bool HasErrors => errors.Exists(e => e.Field == path || e.Field.StartsWith(path + ".", StringComparison.Ordinal));

    public string Path(string name) => path.Length == 0 ? name : $"{path}.{name}";

    public void Fail(string name, string message) => errors.Add(new FieldError(Path(name), message));

    /// <summary>Records an error about the object itself.</summary>
    public void Fail(string message) => errors.Add(new FieldError(path, message));

    /// <summary>Returns the names of all members, for objects whose keys the caller chooses.</summary>
    public IEnumerable<string> Names() => element.EnumerateObject().Select(member => member.Name);

    public string? Text(string name)
    {
        if (!Find(name, out JsonElement value)) return null;
        if (value.ValueKind == JsonValueKind.String) return value.GetString();
        Fail(name, "must be a string");
        return null;
    }

    /// <summary>Returns a string that passes <paramref name="check"/>, which returns the problem or null.</summary>
    public string? Text(string name, Func<string, string?> check)
    {
        if (Text(name) is not { } text) return null;
        if (check(text) is not { } problem) return text;
        Fail(name, problem);
        return null;
    }

    public bool? Flag(string name)
    {
        if (!Find(name, out JsonElement value)) return null;
        if (value.ValueKind is JsonValueKind.True or JsonValueKind.False) return value.GetBoolean();
        Fail(name, "must be true or false");
        return null;
    }

    public int? Number(string name, int least, int most)
    {
        if (!Find(name, out JsonElement value)) return null;
        if (value.ValueKind == JsonValueKind.Number && value.TryGetInt32(out int number) && number >= least && number <= most)
            return number;
        Fail(name, $"must be a number from {least} to {most}");
        return null;
    }

    public T Choice<T>(string name, T otherwise) where T : struct, Enum
    {
        if (Text(name) is not { } text) return otherwise;
        foreach (T value in Enum.GetValues<T>())
        {
            if (JsonNamingPolicy.CamelCase.ConvertName(value.ToString()) == text) return value;
        }

        Fail(name, $"must be one of {string.Join(", ", Enum.GetNames<T>().Select(JsonNamingPolicy.CamelCase.ConvertName))}");
        return otherwise;
    }

    public T? OptionalChoice<T>(string name) where T : struct, Enum => Find(name, out _) ? Choice(name, default(T)) : null;

    /// <summary>Returns a text, a number, true or false.</summary>
    public JsonElement? Scalar(string name)
    {
        if (!Find(name, out JsonElement value)) return null;
        if (value.ValueKind is JsonValueKind.String or JsonValueKind.Number or JsonValueKind.True or JsonValueKind.False)
            return value.Clone();
        Fail(name, "must be a string, a number, true or false");
        return null;
    }

    public ObjectReader? Object(string name)
    {
        if (!Find(name, out JsonElement value)) return null;
        if (value.ValueKind == JsonValueKind.Object) return new ObjectReader(value, Path(name), errors);
        Fail(name, "must be an object");
        return null;
    }

    /// <summary>Returns the text of a member that may be a string or an object.</summary>
    public string? TextOrObject(string name)
    {
        if (Find(name, out JsonElement value) && value.ValueKind == JsonValueKind.Object) return value.GetRawText();
        return Text(name);
    }

    public IEnumerable<ObjectReader> Objects(string name)
    {
        int i = 0;
        foreach (JsonElement item in Items(name))
        {
            string itemPath = $"{Path(name)}[{i++}]";
            if (item.ValueKind == JsonValueKind.Object) yield return new ObjectReader(item, itemPath, errors);
            else errors.Add(new FieldError(itemPath, "must be an object"));
        }
    }

    public IReadOnlyList<string> Texts(string name)
    {
        var texts = new List<string>();
        foreach (JsonElement item in Items(name))
        {
            if (item.ValueKind == JsonValueKind.String && item.GetString() is { Length: > 0 } text) texts.Add(text);
            else errors.Add(new FieldError($"{Path(name)}[{texts.Count}]", "must be a string that is not empty"));
        }

        return texts;
    }

    /// <summary>Records an error for every member that has not been read; call it after the last read.</summary>
    public void RefuseUnknown()
    {
        foreach (JsonProperty member in element.EnumerateObject())
        {
            if (!_known.Contains(member.Name))
                Fail(member.Name, $"unknown; known here are {string.Join(", ", _known.Order(StringComparer.Ordinal))}");
        }
    }

    private JsonElement.ArrayEnumerator Items(string name)
    {
        if (!Find(name, out JsonElement value)) return default;
        if (value.ValueKind == JsonValueKind.Array) return value.EnumerateArray();
        Fail(name, "must be an array");
        return default;
    }

    private bool Find(string name, out JsonElement value)
    {
        // Each read also declares the member as known; RefuseUnknown reports the others.
        _known.Add(name);
        return element.TryGetProperty(name, out value) && value.ValueKind != JsonValueKind.Null;
    }
}
