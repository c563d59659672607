namespace Quickstart;

/// <summary>What the encoder made of a sentence.</summary>
public sealed class Reading
{
    private static readonly string[] s_pronouns = ["it", "they", "he", "she"];
    private readonly float[] _vectors, _attentions;

    private Reading(Sentence sentence, float[] vectors, float[] attentions)
    {
        Sentence = sentence;
        _vectors = vectors;
        _attentions = attentions;
    }

    public Sentence Sentence { get; }

    public static Reading Of(Reader reader, Sentence sentence)
    {
        int tokens = sentence.Ids.Length;
        float[] vectors = new float[tokens * Reader.HiddenSize];
        float[] attentions = new float[Reader.NumHiddenLayers * Reader.NumAttentionHeads * tokens * tokens];
        reader.Attend(sentence.Ids, vectors, attentions);
        return new Reading(sentence, vectors, attentions);
    }

    /// <summary>A token's contextual vector.</summary>
    public ReadOnlySpan<float> Vector(int token) => _vectors.AsSpan(token * Reader.HiddenSize, Reader.HiddenSize);

    /// <summary>How much a token looks at each token, in one head of one layer; sums to 1.</summary>
    public ReadOnlySpan<float> Attention(int layer, int head, int token)
    {
        int tokens = Sentence.Ids.Length;
        return _attentions.AsSpan(((layer * Reader.NumAttentionHeads + head) * tokens + token) * tokens, tokens);
    }

    /// <summary>The token that a pronoun stands for: where the coreference head looks most.</summary>
    public int Antecedent(int pronoun)
    {
        ReadOnlySpan<float> row = Attention(Reader.CoreferenceLayer, Reader.CoreferenceHead, pronoun);
        int best = 0;
        for (int token = 1; token < row.Length; token++)
        {
            if (row[token] > row[best])
            {
                best = token;
            }
        }

        return best;
    }

    /// <summary>The sentence's first pronoun, or -1.</summary>
    public int Pronoun => Array.FindIndex(Sentence.Tokens, token => s_pronouns.Contains(token));

    /// <summary>The cosine of the angle between two vectors: 1 for the same direction.</summary>
    public static double Cosine(ReadOnlySpan<float> a, ReadOnlySpan<float> b)
    {
        double dot = 0, aa = 0, bb = 0;
        for (int i = 0; i < a.Length; i++)
        {
            dot += (double)a[i] * b[i];
            aa += (double)a[i] * a[i];
            bb += (double)b[i] * b[i];
        }

        return dot / Math.Sqrt(aa * bb);
    }
}
