using System.Runtime.CompilerServices;
using Failback.Testing.Processes;

namespace Failback.Dialects.Tests;

/// <summary>Userscripts of this process run as published.</summary>
internal static class PublishedScripts
{
    [ModuleInitializer]
    internal static void Use() => Repository.UsePublishedScripts();
}
