using System.Collections.Immutable;
using Microsoft.CodeAnalysis;

namespace GeneratedEncoder.Generator.Spec;

/// <summary>Names of the members that an encoder's class gets. A member of the user's with one of them would be declared twice.</summary>
internal static class HidingNames
{
    /// <summary>Methods: the user's own may overload them. A test compares both lists with what is emitted.</summary>
    public static readonly ImmutableHashSet<string> Methods =
    [
        "Attend", "Classify", "ClassifyBatch", "ClassifyTexts", "CopyRows", "Dispose", "Embed", "EmbedBatch", "EmbedPromptedBatch", "EmbedTexts",
        "Encode", "EncodeBatch", "EncodePack", "EncodeTexts", "LabelTexts", "LabelTokens", "LabelTokensBatch", "Load", "NormedPositions",
        "Pack", "PackHead", "PackLayer", "PackPositions", "PoolPack", "PoolerOutput", "PoolerOutputBatch", "PoolerTexts",
        "PredictMasked", "PredictText", "RunHead", "Score", "ScoreBatch", "TakeMeans",
    ];

    /// <summary>What else the encoder's class gets.</summary>
    public static readonly ImmutableHashSet<string> Members =
    [
        "BlockRows", "Compiled", "EmbeddingDimension", "EmbeddingSize", "HeadSize", "HiddenSize", "IntermediateSize", "Labels", "Layer", "LayerNormEps", "MaxPositionEmbeddings",
        "MaxTokens", "NumAttentionHeads", "NumHiddenGroups", "NumHiddenLayers", "NumLabels", "Own", "PackTokens", "Pass",
        "PositionOffset", "RelativeAttentionNumBuckets", "Scratch", "ThreadBytes", "ThreadTokens", "TypeVocabSize", "V128",
        "V256", "V512", "VocabSize", "WeightBytes", "Weights", "WorkspaceBytes", "_decoder", "_memory", "_words",
    ];

    /// <summary>The part of their paths that generated files have in common.</summary>
    private const string GeneratedPath = "GeneratedEncoder.Generator.EncoderGenerator";

    /// <summary>The user's member, or the class itself, that takes a name from the code generated for this class; null if there is none.</summary>
    public static string? Of(INamedTypeSymbol type) => Members.Contains(type.Name) || Methods.Contains(type.Name)
        ? type.ToDisplayString()
        : type.GetMembers().FirstOrDefault(member => TakesMember(member) && !IsGenerated(member))?.ToDisplayString();

    /// <summary>All of the user's members, and the class, that have a name of the lists.</summary>
    public static EquatableArray<string> TakenIn(INamedTypeSymbol type) => new(
    [
        .. type.GetMembers().Where(member => !IsGenerated(member)).Select(member => member.Name).Append(type.Name)
            .Where(name => Members.Contains(name) || Methods.Contains(name)).Distinct().OrderBy(name => name, StringComparer.Ordinal),
    ]);

    private static bool TakesMember(ISymbol member) =>
        Members.Contains(member.Name) || (Methods.Contains(member.Name) && member.Kind != SymbolKind.Method);

    private static bool IsGenerated(ISymbol member) =>
        member.IsImplicitlyDeclared
        || member.DeclaringSyntaxReferences.Any(reference => reference.SyntaxTree.FilePath.Contains(GeneratedPath));
}
