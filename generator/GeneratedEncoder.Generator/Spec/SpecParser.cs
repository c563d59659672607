using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace GeneratedEncoder.Generator.Spec;

/// <summary>Reads the attribute and the class it stands on into an <see cref="EncoderSpec"/>. Judges nothing.</summary>
internal static class SpecParser
{
    public const string AttributeName = "GeneratedEncoder.TransformerEncoderAttribute";

    /// <summary>One row a property: how its value gets into the spec.</summary>
    private static readonly ImmutableDictionary<string, Func<EncoderSpec, object, EncoderSpec>> s_properties =
        new Dictionary<string, Func<EncoderSpec, object, EncoderSpec>>
        {
            ["HiddenSize"] = (spec, value) => spec with { HiddenSize = (int)value },
            ["NumHiddenLayers"] = (spec, value) => spec with { NumHiddenLayers = (int)value },
            ["NumAttentionHeads"] = (spec, value) => spec with { NumAttentionHeads = (int)value },
            ["IntermediateSize"] = (spec, value) => spec with { IntermediateSize = (int)value },
            ["MaxPositionEmbeddings"] = (spec, value) => spec with { MaxPositionEmbeddings = (int)value },
            ["VocabSize"] = (spec, value) => spec with { VocabSize = (int)value },
            ["TypeVocabSize"] = (spec, value) => spec with { TypeVocabSize = (int)value },
            ["PositionOffset"] = (spec, value) => spec with { PositionOffset = (int)value },
            ["HiddenAct"] = (spec, value) => spec with { HiddenAct = (HiddenAct)(int)value },
            ["LayerNormEps"] = (spec, value) => spec with { LayerNormEps = (double)value },
            ["NormPlacement"] = (spec, value) => spec with { NormPlacement = (NormPlacement)(int)value },
            ["Pooling"] = (spec, value) => spec with { Pooling = (Pooling)(int)value },
            ["Normalize"] = (spec, value) => spec with { Normalize = (bool)value },
            ["ModelType"] = (spec, value) => spec with { ModelType = (ModelType)(int)value },
            ["EmbeddingSize"] = (spec, value) => spec with { EmbeddingSize = (int)value },
            ["NumHiddenGroups"] = (spec, value) => spec with { NumHiddenGroups = (int)value },
            ["RelativeAttentionNumBuckets"] = (spec, value) => spec with { RelativeAttentionNumBuckets = (int)value },
            ["MaxSeqLength"] = (spec, value) => spec with { MaxSeqLength = (int)value },
            ["Head"] = (spec, value) => spec with { Head = (Head)(int)value },
            ["NumLabels"] = (spec, value) => spec with { NumLabels = (int)value },
            ["TieWordEmbeddings"] = (spec, value) => spec with { TieWordEmbeddings = (bool)value },
            ["Weights"] = (spec, value) => spec with { Weights = (WeightFormat)(int)value },
        }.ToImmutableDictionary();

    public static EncoderSpec Parse(INamedTypeSymbol type, AttributeData attribute, Compilation compilation, CancellationToken cancellation)
    {
        EncoderSpec spec = new()
        {
            Type = ParseType(type, compilation, cancellation),
            ModelName = attribute.ConstructorArguments.IsEmpty ? null : attribute.ConstructorArguments[0].Value as string ?? "",
            Given = new(attribute.NamedArguments.Select(argument => argument.Key).ToImmutableArray()),
        };

        foreach (KeyValuePair<string, TypedConstant> argument in attribute.NamedArguments)
        {
            // A value of the wrong type is an error constant, and the compiler has already said so.
            if (argument.Value is { Kind: TypedConstantKind.Primitive or TypedConstantKind.Enum, Value: { } value }
                && s_properties.ContainsKey(argument.Key))
            {
                spec = Set(spec, argument.Key, value);
            }
        }

        return spec;
    }

    /// <summary>The spec with another value of one of the attribute's properties.</summary>
    public static EncoderSpec Set(EncoderSpec spec, string property, object value) => s_properties[property](spec, value);

    /// <summary>The value that the spec has for one of the attribute's properties.</summary>
    public static object Get(EncoderSpec spec, string property) => typeof(EncoderSpec).GetProperty(property).GetValue(spec);

    private static TypeSpec ParseType(INamedTypeSymbol type, Compilation compilation, CancellationToken cancellation)
    {
        List<INamedTypeSymbol> chain = [];
        for (INamedTypeSymbol? t = type; t is not null; t = t.ContainingType)
        {
            chain.Insert(0, t);
        }

        return new TypeSpec
        {
            Namespace = type.ContainingNamespace is { IsGlobalNamespace: false } space ? space.ToDisplayString(s_escaped) : "",
            Containers = new(chain.Take(chain.Count - 1).Select(DeclarationOf).ToImmutableArray()),
            Declaration = DeclarationOf(type),
            Name = Escape(type.Name),
            FullName = FullNameOf(type, chain),
            NotPartial = chain.FirstOrDefault(t => !IsPartial(t, cancellation))?.Name,
            Unsupported = UnsupportedKind(type, chain, cancellation),
            OldLanguage = OldLanguageOf(type),
            Hiding = HidingNames.Of(type),
            TakenMembers = HidingNames.TakenIn(type),
            CanHaveParts = CanHaveParts(type, chain, cancellation),
            Taken = ImportedNames.TakenAround(type, compilation),
        };
    }

    private static readonly SymbolDisplayFormat s_escaped = new(
        typeQualificationStyle: SymbolDisplayTypeQualificationStyle.NameAndContainingTypesAndNamespaces,
        miscellaneousOptions: SymbolDisplayMiscellaneousOptions.EscapeKeywordIdentifiers);

    private static string FullNameOf(INamedTypeSymbol type, List<INamedTypeSymbol> chain)
    {
        string name = string.Join(".", chain.Select(t => t.MetadataName));
        return type.ContainingNamespace is { IsGlobalNamespace: false } space ? $"{space.ToDisplayString()}.{name}" : name;
    }

    private static string DeclarationOf(INamedTypeSymbol type)
    {
        string keyword = type switch
        {
            { TypeKind: TypeKind.Interface } => "interface",
            { IsRecord: true, TypeKind: TypeKind.Struct } => "record struct",
            { IsRecord: true } => "record",
            { TypeKind: TypeKind.Struct } => "struct",
            _ => "class",
        };
        string parameters = type.TypeParameters.IsEmpty ? "" : $"<{string.Join(", ", type.TypeParameters.Select(p => Escape(p.Name)))}>";
        return $"partial {keyword} {Escape(type.Name)}{parameters}";
    }

    private static bool IsPartial(INamedTypeSymbol type, CancellationToken cancellation) =>
        DeclarationsOf(type, cancellation).Any(declaration => declaration.Modifiers.Any(SyntaxKind.PartialKeyword));

    private static IEnumerable<TypeDeclarationSyntax> DeclarationsOf(INamedTypeSymbol type, CancellationToken cancellation) =>
        type.DeclaringSyntaxReferences.Select(reference => reference.GetSyntax(cancellation)).OfType<TypeDeclarationSyntax>();

    private static string? OldLanguageOf(INamedTypeSymbol type) =>
        type.DeclaringSyntaxReferences.FirstOrDefault()?.SyntaxTree.Options is CSharpParseOptions { LanguageVersion: < LanguageVersion.CSharp12 } options
            ? options.LanguageVersion.ToDisplayString()
            : null;

    private static bool CanHaveParts(INamedTypeSymbol type, List<INamedTypeSymbol> chain, CancellationToken cancellation) =>
        type is { Name.Length: > 0, TypeKind: TypeKind.Class, IsStatic: false, TypeParameters.IsEmpty: true }
        && chain.All(t => IsPartial(t, cancellation) && !t.IsFileLocal)
        && (type.ContainingType is not null || type.DeclaredAccessibility is Accessibility.Public or Accessibility.Internal)
        && type.GetAttributes().Count(IsMarker) == 1
        && !IsDeclaredTwice(type);

    private static bool IsMarker(AttributeData attribute) => attribute.AttributeClass?.Name == "TransformerEncoderAttribute";

    private static bool IsDeclaredTwice(INamedTypeSymbol type) =>
        ((INamespaceOrTypeSymbol?)type.ContainingType ?? type.ContainingNamespace).GetTypeMembers(type.Name, type.Arity).Length > 1;

    private static string? UnsupportedKind(INamedTypeSymbol type, List<INamedTypeSymbol> chain, CancellationToken cancellation) => type switch
    {
        { IsStatic: true } => "is static; an encoder has instances, each with its own weights",
        { IsAbstract: true } => "is abstract; an encoder's Load makes instances of it",
        { IsRecord: true } => "is a record; an encoder has no value equality",
        { BaseType.SpecialType: not SpecialType.System_Object } => "has a base class",
        { ContainingType: null, DeclaredAccessibility: not (Accessibility.Public or Accessibility.Internal) } => "is neither public nor internal; nothing could use it",
        _ when DeclarationsOf(type, cancellation).Any(declaration => declaration.ParameterList is not null) => "has a primary constructor; an encoder's Load makes instances of it",
        _ when type.GetMembers().Any(member => member is IPropertySymbol { IsRequired: true } or IFieldSymbol { IsRequired: true }) =>
            "has required members; an encoder's Load makes instances of it",
        _ when IsDeclaredTwice(type) => "is declared as another kind of type as well",
        _ when type.GetAttributes().Count(IsMarker) > 1 => "has the attribute twice; an encoder has one set of dimensions",
        _ when !type.TypeParameters.IsEmpty => "is generic; an encoder's dimensions are constants",
        _ when chain.Any(t => t.IsFileLocal) => "is file-local; generated parts live in files of their own",
        _ => null,
    };

    private static string Escape(string name) =>
        SyntaxFacts.GetKeywordKind(name) == SyntaxKind.None && SyntaxFacts.GetContextualKeywordKind(name) == SyntaxKind.None ? name : "@" + name;
}
