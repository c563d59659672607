using GeneratedEncoder.Runtime;

namespace GeneratedEncoder.Text;

/// <summary>
/// How many numbers an embedding may have: all, or as few as the model was trained for. Only a Matryoshka model keeps its meaning when its
/// embeddings are cut; those of others become worse without anybody noticing, so that it is refused.
/// </summary>
internal sealed class EmbeddingDimensions
{
    private readonly int _width;
    private readonly bool _any;
    private readonly int[] _fewer;

    private EmbeddingDimensions(int width, bool any, IEnumerable<int> fewer) => (_width, _any, _fewer) = (width, any, [.. fewer.Where(count => count != width).Order()]);

    /// <summary>As a caller says.</summary>
    /// <exception cref="ArgumentException">A number is no width that embeddings can be cut to.</exception>
    public static EmbeddingDimensions Of(EncoderInfo info, IReadOnlyList<int>? counts)
    {
        foreach (int count in counts ?? [])
        {
            if (count < 1 || count > info.EmbeddingDimension)
            {
                throw new ArgumentException($"MatryoshkaDimensions names {count}, but embeddings of {info.Name} have {info.EmbeddingDimension} dimensions; from 1 to {info.EmbeddingDimension} are possible.", "options");
            }
        }

        return new EmbeddingDimensions(info.EmbeddingDimension, any: false, counts ?? []);
    }

    /// <summary>As a model folder's config.json says: <c>matryoshka_dimensions</c>, or <c>is_matryoshka</c> for any.</summary>
    /// <exception cref="InvalidDataException">It is no JSON, or names numbers that embeddings can't have.</exception>
    public static EmbeddingDimensions Read(ModelSource source, EncoderInfo info)
    {
        Json? config = new FolderFiles(source).FindJson("config.json");
        if ((config?.Find("matryoshka_dimensions") ?? config?.Find("matryoshka_dims")) is { } counts)
        {
            // Dimensions that other sizes of the model have may be named, too.
            return new EmbeddingDimensions(info.EmbeddingDimension, any: false, counts.Items().Select(count => count.Number()).Where(count => count > 0 && count < info.EmbeddingDimension));
        }

        return new EmbeddingDimensions(info.EmbeddingDimension, config?.Find("is_matryoshka")?.Flag() == true, []);
    }

    /// <summary>How many numbers of an embedding to give where <paramref name="asked"/> are asked for.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Embeddings don't have as many, or must not be cut to as few.</exception>
    public int Check(int? asked, string model, string parameter)
    {
        if (asked is not { } count || count == _width)
        {
            return _width;
        }

        if (count < 1 || count > _width)
        {
            throw new ArgumentOutOfRangeException(parameter, count, $"The options ask for {count} dimensions, but embeddings of {model} have {_width}.");
        }

        if (!_any && !_fewer.Contains(count))
        {
            throw new ArgumentOutOfRangeException(parameter, count, _fewer.Length > 0
                ? $"The options ask for {count} dimensions, but embeddings of {model} may be cut to {string.Join(", ", _fewer)} only, of {_width}."
                : $"The options ask for {count} dimensions, but embeddings of {model} have {_width}, and nothing says that it is a Matryoshka model, whose embeddings may be cut. If it is one, name its dimensions in EncoderPipelineOptions.MatryoshkaDimensions.");
        }

        return count;
    }

    /// <summary>An embedding's first numbers, of length 1 again where the whole has length 1.</summary>
    public static ReadOnlySpan<float> Cut(ReadOnlySpan<float> embedding, int dimensions, bool normalized)
    {
        if (!normalized || dimensions == embedding.Length)
        {
            return embedding[..dimensions];
        }

        float[] cut = embedding[..dimensions].ToArray();
        double squares = 0;
        foreach (float value in cut)
        {
            squares += (double)value * value;
        }

        double scale = squares > 0 ? 1 / Math.Sqrt(squares) : 0;
        for (int i = 0; i < cut.Length; i++)
        {
            cut[i] = (float)(cut[i] * scale);
        }

        return cut;
    }
}
