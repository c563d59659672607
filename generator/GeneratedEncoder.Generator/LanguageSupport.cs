// What the compiler looks for by name and netstandard2.0 doesn't have: init accessors, required members, places from the end. Written here
// and not by a generator from a package, so that nothing but this repository decides which bytes are built.

using System.ComponentModel;

namespace Microsoft.CodeAnalysis
{
    /// <summary>Keeps a type to its own assembly, also where another one may see the internals.</summary>
    [Embedded]
    internal sealed class EmbeddedAttribute : Attribute;
}

namespace System
{
    using Microsoft.CodeAnalysis;

    [Embedded]
    internal readonly struct Index(int value, bool fromEnd = false)
    {
        public int GetOffset(int length) => fromEnd ? length - value : value;
    }
}

namespace System.Runtime.CompilerServices
{
    using Microsoft.CodeAnalysis;

    [Embedded]
    [EditorBrowsable(EditorBrowsableState.Never)]
    internal static class IsExternalInit;

    [Embedded]
    [AttributeUsage(AttributeTargets.Class | AttributeTargets.Struct | AttributeTargets.Field | AttributeTargets.Property, Inherited = false)]
    internal sealed class RequiredMemberAttribute : Attribute;

    [Embedded]
    [AttributeUsage(AttributeTargets.All, AllowMultiple = true, Inherited = false)]
    internal sealed class CompilerFeatureRequiredAttribute(string featureName) : Attribute
    {
        public string FeatureName { get; } = featureName;
    }
}

namespace System.Diagnostics.CodeAnalysis
{
    using Microsoft.CodeAnalysis;

    [Embedded]
    [AttributeUsage(AttributeTargets.Constructor)]
    internal sealed class SetsRequiredMembersAttribute : Attribute;
}
