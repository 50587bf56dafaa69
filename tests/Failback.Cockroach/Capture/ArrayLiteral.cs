using System.Text;

namespace Failback.Cockroach.Capture;

/// <summary>
/// Converts PostgreSQL's array literal (<c>{1,NULL,"a \"b\""}</c>, https://www.postgresql.org/docs/current/arrays.html) into JSON.
/// </summary>
internal static class ArrayLiteral
{
    public static string ToJson(string elementType, string text)
    {
        // A literal may begin with bounds: [0:2]={…}.
        int at = text.IndexOf('{', StringComparison.Ordinal);
        return Read(elementType, text, ref at);
    }

    private static string Read(string elementType, string text, ref int at)
    {
        var items = new List<string>();
        at++;
        while (text[at] != '}')
        {
            if (text[at] == ',') at++;
            else if (text[at] == '{') items.Add(Read(elementType, text, ref at));
            else if (text[at] == '"') items.Add(CockroachJson.Scalar(elementType, Quoted(text, ref at)));
            else items.Add(Plain(elementType, text, ref at));
        }

        at++;
        return "[" + string.Join(", ", items) + "]";
    }

    private static string Plain(string elementType, string text, ref int at)
    {
        int end = text.IndexOfAny([',', '}'], at);
        string item = text[at..end];
        at = end;
        return item == "NULL" ? "null" : CockroachJson.Scalar(elementType, item);
    }

    private static string Quoted(string text, ref int at)
    {
        var item = new StringBuilder();
        for (at++; text[at] != '"'; at++)
        {
            if (text[at] == '\\') at++;
            item.Append(text[at]);
        }

        at++;
        return item.ToString();
    }
}
