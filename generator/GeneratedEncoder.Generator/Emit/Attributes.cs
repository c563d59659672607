namespace GeneratedEncoder.Generator.Emit;

/// <summary>Attributes that emitted members carry.</summary>
internal static class Attributes
{
    /// <summary>
    /// Every generated type and every method of the user's class: coverage counts the user's code, and analyzers leave generated code
    /// alone. Debuggers step into it.
    /// </summary>
    public static readonly string Generated = $"[GeneratedCode(\"GeneratedEncoder\", \"{EmittedFile.Version}\"), ExcludeFromCodeCoverage]";

    /// <summary>Those of an interface, of which nothing runs.</summary>
    public static readonly string GeneratedInterface = $"[GeneratedCode(\"GeneratedEncoder\", \"{EmittedFile.Version}\")]";

    /// <summary>A type of the assembly's own, as the compiler's embedded ones are; in full, since nothing else is used of that namespace.</summary>
    public const string Embedded = "[global::Microsoft.CodeAnalysis.Embedded]";

    /// <summary>
    /// Every method with a hot loop. Without it the first calls run unoptimised code, tens of times slower, until the
    /// runtime notices. What it usually costs (profile data, folded static fields) such methods have no use for.
    /// </summary>
    public const string Kernel = "[MethodImpl(MethodImplOptions.AggressiveOptimization)]";

    /// <summary>Small functions on vectors, which must not leave the registers.</summary>
    public const string Inline = "[MethodImpl(MethodImplOptions.AggressiveInlining)]";
}
