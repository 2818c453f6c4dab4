using System.Runtime.CompilerServices;

namespace Cohort.Actors.Tests;

/// <summary>
/// Tests that wait, and actors that block to be observed in the middle of something, each hold a thread of the pool. With as few
/// threads as cores, what the test wants to see happen meanwhile (a timer, another actor) would not.
/// </summary>
internal static class EnoughThreads
{
    [ModuleInitializer]
    internal static void Provide() => ThreadPool.SetMinThreads(16, 16);
}
