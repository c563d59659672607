using System.Collections.Immutable;

namespace GeneratedEncoder.Generator.Spec;

/// <summary>The user's class: what must be repeated to add a part to it, and whether that is possible.</summary>
internal sealed record TypeSpec
{
    /// <summary>Its namespace, empty for the global one.</summary>
    public required string Namespace { get; init; }

    /// <summary>Declarations of the containing types, outermost first: "partial class Outer".</summary>
    public required EquatableArray<string> Containers { get; init; }

    /// <summary>Its own declaration: "partial class MiniLm".</summary>
    public required string Declaration { get; init; }

    /// <summary>Its name as it is written in code: an identifier, escaped where it is a keyword.</summary>
    public required string Name { get; init; }

    /// <summary>Its metadata name with namespace and containers, unique in the compilation.</summary>
    public required string FullName { get; init; }

    /// <summary>Whether another encoder's <see cref="FullName"/> differs in case only.</summary>
    public bool HasTwin { get; init; }

    /// <summary>Name of the first type in the chain (containers, then itself) that is not partial; null if all are.</summary>
    public required string? NotPartial { get; init; }

    /// <summary>Why a class of this kind can't be an encoder, null if it can.</summary>
    public required string? Unsupported { get; init; }

    /// <summary>The C# that the project is compiled as, where generated code needs a later one; null elsewhere.</summary>
    public string? OldLanguage { get; init; }

    /// <summary>What takes a generated member's name, see HidingNames; null if nothing does.</summary>
    public string? Hiding { get; init; }

    /// <summary>Names of the user's members, and the class's own, that generated members have too.</summary>
    public EquatableArray<string> TakenMembers { get; init; }

    /// <summary>Whether a part can be added to the class at all, be it one that is no encoder.</summary>
    public bool CanHaveParts { get; init; }

    /// <summary>Names that mean something of the user's where the class stands, see ImportedNames.</summary>
    public EquatableArray<string> Taken { get; init; }

    /// <summary>Those of some names that have a twin.</summary>
    public static EquatableArray<string> EqualButForCase(ImmutableArray<string> names) =>
        new([.. names.GroupBy(name => name, StringComparer.OrdinalIgnoreCase).Where(group => group.Count() > 1).SelectMany(group => group)]);
}
