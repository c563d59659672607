using System.Runtime.CompilerServices;
using GeneratedEncoder.Runtime;

namespace GeneratedEncoder.Tests;

/// <summary>Tests are about what threads do, not about when they pay: on a busy machine calls would be done alone.</summary>
internal static class Sharing
{
    [ModuleInitializer]
    internal static void Always() => Team.SharesAlways = true;
}
