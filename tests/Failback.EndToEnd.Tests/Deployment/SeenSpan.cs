namespace Failback.EndToEnd.Tests.Deployment;

/// <summary>A span as a collector got it.</summary>
/// <param name="Service">Name of the service that sent it.</param>
/// <param name="Name">Its name.</param>
/// <param name="Trace">Id of its trace.</param>
/// <param name="Id">Its id.</param>
/// <param name="Parent">Id of the span that it is part of; empty: none.</param>
/// <param name="Linked">Ids of the traces that it is tied to.</param>
/// <param name="Start">Nanoseconds since 1970.</param>
/// <param name="End">The same.</param>
internal sealed record SeenSpan(
    string Service, string Name, string Trace, string Id, string Parent, IReadOnlyList<string> Linked, ulong Start, ulong End);
