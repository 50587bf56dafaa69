namespace Failback.Cli.Output;

/// <summary>How a part of a line is shown where the terminal has colours.</summary>
internal enum Ink
{
    Plain,
    Bold,
    Dim,
    Good,
    Warning,
    Bad,
}
