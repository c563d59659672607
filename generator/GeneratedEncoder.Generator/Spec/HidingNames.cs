using System.Collections.Immutable;
using Microsoft.CodeAnalysis;

namespace GeneratedEncoder.Generator.Spec;

/// <summary>
/// Names that the emitted code uses without qualification, so that it reads well. C# looks a name up in the class, around it and in
/// its namespaces before it looks at using directives; a name of the user's that comes first would give errors in code that
/// they didn't write.
/// </summary>
internal static class HidingNames
{
    /// <summary>Types that are imported by using directives. A test compares this list with what is emitted.</summary>
    public static readonly ImmutableHashSet<string> Types =
    [
        "AdvSimd", "CallGuard", "EmbeddingTable", "EncoderInfo", "EncoderMemory", "EncoderOptions", "Head", "IDisposable",
        "IMaskedLanguageModel", "ISequenceClassifier", "ITokenClassifier", "ITransformerEncoder", "Math", "MathF",
        "MemoryMarshal", "MethodImpl", "MethodImplAttribute", "MethodImplOptions", "ModelFact", "ModelFiles",
        "ModelFolder", "ModelTensors", "ModelType", "Pooling", "Prefetch", "ReadOnlySpan", "Span", "TeamMember", "TeamWork", "Transposition", "Unsafe", "Vector128",
        "Vector256", "Vector512", "Workspace",
    ];

    /// <summary>Namespaces that emitted code begins qualified names with.</summary>
    public static readonly ImmutableHashSet<string> Namespaces = ["System", "GeneratedEncoder"];

    /// <summary>Methods that the encoder's class gets: the user's own may overload them.</summary>
    public static readonly ImmutableHashSet<string> Methods =
    [
        "Attend", "Classify", "ClassifyBatch", "ClassifyTexts", "CopyRows", "Dispose", "Embed", "EmbedBatch", "EmbedTexts",
        "Encode", "EncodeBatch", "EncodePack", "EncodeTexts", "LabelTexts", "LabelTokens", "LabelTokensBatch", "Layers",
        "Load", "Pack", "PackHead", "PackLayer", "PoolPack", "PoolerOutput", "PoolerOutputBatch", "PoolerTexts",
        "PredictMasked", "PredictText", "RunHead", "Score", "ScoreBatch",
    ];

    /// <summary>What else the encoder's class gets.</summary>
    public static readonly ImmutableHashSet<string> Members =
    [
        "EmbeddingSize", "HeadSize", "HiddenSize", "IntermediateSize", "Layer", "LayerNormEps", "MaxPositionEmbeddings",
        "MaxTokens", "NumAttentionHeads", "NumHiddenGroups", "NumHiddenLayers", "NumLabels", "Own", "PackTokens", "Pass",
        "PositionOffset", "RelativeAttentionNumBuckets", "Scratch", "ThreadBytes", "ThreadTokens", "TypeVocabSize", "V128",
        "V256", "V512", "VocabSize", "WeightBytes", "Weights", "WorkspaceBytes", "_decoder", "_memory", "_words",
        "s_facts", "s_info",
    ];

    /// <summary>The part of their paths that generated files have in common.</summary>
    private const string GeneratedPath = "GeneratedEncoder.Generator.EncoderGenerator";

    /// <summary>A symbol of the user's that takes a name from the code generated for this class; null if there is none.</summary>
    public static string? Of(INamedTypeSymbol type)
    {
        if (Members.Contains(type.Name) || Methods.Contains(type.Name))
        {
            return type.ToDisplayString();
        }

        ISymbol? hiding = type.GetMembers().FirstOrDefault(member => TakesMember(member) && !IsGenerated(member));
        for (INamedTypeSymbol? around = type; hiding is null && around is not null; around = around.ContainingType)
        {
            hiding = around.TypeParameters.FirstOrDefault(parameter => IsUsed(parameter.Name))
                ?? around.GetMembers().FirstOrDefault(member => IsUsed(member.Name) && !IsGenerated(member));
        }

        for (INamespaceSymbol? space = type.ContainingNamespace; hiding is null && space is not null; space = space.ContainingNamespace)
        {
            hiding = Types.SelectMany(name => space.GetTypeMembers(name)).FirstOrDefault(other => IsInReach(other, type));
            hiding ??= space.IsGlobalNamespace ? null : space.GetNamespaceMembers().FirstOrDefault(inner => Namespaces.Contains(inner.Name));
        }

        return hiding?.ToDisplayString();
    }

    private static bool IsUsed(string name) => Types.Contains(name) || Namespaces.Contains(name);

    private static bool TakesMember(ISymbol member) =>
        Members.Contains(member.Name) || (Methods.Contains(member.Name) && member.Kind != SymbolKind.Method);

    private static bool IsGenerated(ISymbol member) =>
        member.IsImplicitlyDeclared
        || member.DeclaringSyntaxReferences.Any(reference => reference.SyntaxTree.FilePath.Contains(GeneratedPath));

    /// <summary>Whether the encoder's code would mean this type: neither another assembly's own business nor the very type that is meant.</summary>
    private static bool IsInReach(INamedTypeSymbol other, INamedTypeSymbol type) =>
        SymbolEqualityComparer.Default.Equals(other.ContainingAssembly, type.ContainingAssembly)
        || (other.DeclaredAccessibility == Accessibility.Public && !Namespaces.Contains(other.ContainingNamespace.ToDisplayString().Split('.')[0]));
}
