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

    /// <summary>The token that a token looks at most, in one head of one layer.</summary>
    public int Target(int layer, int head, int token)
    {
        ReadOnlySpan<float> row = Attention(layer, head, token);
        int best = 0;
        for (int other = 1; other < row.Length; other++)
        {
            if (row[other] > row[best])
            {
                best = other;
            }
        }

        return best;
    }

    /// <summary>The token that a pronoun stands for: where the coreference head looks most.</summary>
    public int Antecedent(int pronoun) => Target(Reader.CoreferenceLayer, Reader.CoreferenceHead, pronoun);

    /// <summary>
    /// The words that look most at another word, in one head of one layer, with how much they do. Words that a head has nothing to link
    /// with rest on [CLS]; those are left out.
    /// </summary>
    public IEnumerable<(int From, int To, float Weight)> Links(int layer, int head)
    {
        int last = Sentence.Tokens.Length - 1;
        for (int from = 1; from < last; from++)
        {
            int to = Target(layer, head, from);
            if (to > 0 && to < last && to != from)
            {
                yield return (from, to, Attention(layer, head, from)[to]);
            }
        }
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
