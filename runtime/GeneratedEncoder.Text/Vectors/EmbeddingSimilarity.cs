using GeneratedEncoder.Runtime;

namespace GeneratedEncoder.Text;

/// <summary>How two embeddings are compared. The larger the number, the nearer they are, whichever it is; a model was trained for one of them.</summary>
public enum EmbeddingSimilarity
{
    /// <summary>The cosine of the angle between them, from -1 to 1.</summary>
    Cosine,

    /// <summary>Their dot product: the cosine, where embeddings have length 1.</summary>
    Dot,

    /// <summary>Their Euclidean distance, negated.</summary>
    Euclidean,

    /// <summary>The sum of their numbers' differences, negated.</summary>
    Manhattan,
}

/// <summary>How a model's own embeddings are compared, as sentence-transformers writes it down.</summary>
internal static class SimilarityFile
{
    private const string Name = "config_sentence_transformers.json";

    /// <summary>What a model folder says; the cosine where it says nothing.</summary>
    /// <exception cref="InvalidDataException">It is no JSON.</exception>
    /// <exception cref="NotSupportedException">It names another function.</exception>
    public static EmbeddingSimilarity Read(ModelSource source) => new FolderFiles(source).FindJson(Name)?.Find("similarity_fn_name")?.Text() switch
    {
        null or "cosine" => EmbeddingSimilarity.Cosine,
        "dot" => EmbeddingSimilarity.Dot,
        "euclidean" => EmbeddingSimilarity.Euclidean,
        "manhattan" => EmbeddingSimilarity.Manhattan,
        string other => throw new NotSupportedException($"{Name} has similarity_fn_name = \"{other}\"; known are cosine, dot, euclidean and manhattan. EncoderPipelineOptions.Similarity chooses one."),
    };
}
