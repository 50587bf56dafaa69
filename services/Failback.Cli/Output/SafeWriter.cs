using System.Text;

namespace Failback.Cli.Output;

/// <summary>
/// Standard output and error of the program: whatever a command writes passes through <see cref="SafeText"/>, so that no command can
/// forget it. Only <see cref="Terminal"/> writes past it, for colours and the screen of a watch.
/// </summary>
/// <param name="inner">The stream itself.</param>
internal sealed class SafeWriter(TextWriter inner) : TextWriter
{
    public override Encoding Encoding => inner.Encoding;

    public override void Write(char value) => inner.Write(SafeText.Block(value.ToString()));

    public override void Write(string? value) => inner.Write(SafeText.Block(value ?? ""));

    public override void Write(char[] buffer, int index, int count) => Write(new string(buffer, index, count));

    public override void Write(ReadOnlySpan<char> buffer) => Write(buffer.ToString());

    public override void WriteLine() => inner.WriteLine();

    public override void WriteLine(string? value)
    {
        Write(value);
        inner.WriteLine();
    }

    public override Task WriteAsync(string? value) => inner.WriteAsync(SafeText.Block(value ?? ""));

    public override Task WriteLineAsync(string? value) => inner.WriteLineAsync(SafeText.Block(value ?? ""));

    public override void Flush() => inner.Flush();

    public override Task FlushAsync() => inner.FlushAsync();
}
