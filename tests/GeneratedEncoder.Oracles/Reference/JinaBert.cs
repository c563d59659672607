namespace GeneratedEncoder.Oracles.Reference;

/// <summary>JinaBERT v2: post-norm BERT whose attention falls off with the distance (ALiBi in both directions), and mostly gated.</summary>
/// <remarks>
/// Sources: jinaai/jina-bert-implementation, modeling_bert; for the variant of the code model, which norms queries and keys and adds a layer's
/// input twice, jinaai/jina-bert-v2-qk-post-norm, modeling_bert.
/// </remarks>
internal sealed class JinaBert(Settings settings, Weights weights) : Architecture(settings, weights)
{
    private readonly double _epsilon = settings.Double("layer_norm_eps", 1e-12);
    private readonly bool _isOfCode = weights.Has("encoder.layer.0.layer_norm_1.weight");

    public override Matrix Encode(int[] ids, int[] types, List<double[]>? attentions)
    {
        Matrix x = SumOfTables(ids, types, Weights.Get("embeddings.token_type_embeddings.weight"), null);
        x = Weights.LayerNorm("embeddings.LayerNorm", _epsilon).Of(x);
        for (int l = 0; l < Settings.Int("num_hidden_layers"); l++)
        {
            string layer = $"encoder.layer.{l}.";
            Matrix a = Weights.Linear(layer + "attention.output.dense").Of(Attend(layer + "attention.self.", x, attentions));
            Matrix y = Weights.LayerNorm(layer + "attention.output.LayerNorm", _epsilon).Of(x + a);
            if (_isOfCode)
            {
                y = Weights.LayerNorm(layer + "layer_norm_1", _epsilon).Of(x + y);
                x = Weights.LayerNorm(layer + "layer_norm_2", _epsilon).Of(y + FeedForwardOfCode(layer + "mlp.", y));
            }
            else
            {
                x = FeedForward(layer, y);
            }
        }

        return x;
    }

    public override Matrix Classify(Matrix hidden) => ClassifyFirst(hidden, Math.Tanh);

    public override Matrix PredictWords(Matrix hidden) =>
        PredictWordsAsBert(hidden, Functions.Named(Settings.Text("hidden_act", "gelu")), "transform.LayerNorm", _epsilon);

    /// <summary>The ALiBi slopes of all heads: see Press et al., arXiv 2108.12409, and its code for numbers that are no powers of two.</summary>
    internal static double[] Slopes(int heads)
    {
        int power = 1;
        while (power * 2 <= heads)
        {
            power *= 2;
        }

        double[] slopes = [.. Enumerable.Range(1, power).Select(k => Math.Pow(2, -8.0 * k / power))];
        IEnumerable<double> between = Enumerable.Range(0, power).Select(k => Math.Pow(2, -8.0 * (2 * k + 1) / (2 * power)));
        return [.. slopes, .. between.Take(heads - power)];
    }

    private Matrix Attend(string self, Matrix x, List<double[]>? attentions)
    {
        int heads = Settings.Int("num_attention_heads"), size = x.Width / heads;
        double[] slopes = Slopes(heads);
        Matrix q = Weights.Linear(self + "query").Of(x), k = Weights.Linear(self + "key").Of(x), v = Weights.Linear(self + "value").Of(x);
        if (_isOfCode)
        {
            q = Weights.LayerNorm(self + "layer_norm_q", _epsilon).Of(q);
            k = Weights.LayerNorm(self + "layer_norm_k", _epsilon).Of(k);
        }

        return Attention.Of(
            q, k, v, heads, size, (head, i, j, product) => product / Math.Sqrt(size) - slopes[head] * Math.Abs(i - j), attentions);
    }

    /// <summary>LN(y + wo(gate(first half) * second half)), or BERT's own.</summary>
    private Matrix FeedForward(string layer, Matrix y)
    {
        string kind = Settings.Text("feed_forward_type", "original");
        if (kind == "original")
        {
            Matrix inner = Weights.Linear(layer + "intermediate.dense").Of(y).Map(Functions.Named(Settings.Text("hidden_act", "gelu")));
            return Weights.LayerNorm(layer + "output.LayerNorm", _epsilon).Of(y + Weights.Linear(layer + "output.dense").Of(inner));
        }

        Matrix[] halves = Weights.Linear(layer + "mlp.gated_layers").Of(y).Split(2);
        Matrix gated = halves[0].Map(Gate(kind)) * halves[1];
        return Weights.LayerNorm(layer + "mlp.layernorm", _epsilon).Of(y + Weights.Linear(layer + "mlp.wo").Of(gated));
    }

    /// <summary>down(first half * gate(second half)), or an ungated one.</summary>
    private Matrix FeedForwardOfCode(string mlp, Matrix y)
    {
        string kind = Settings.Text("feed_forward_type", "geglu");
        if (kind == "original")
        {
            return Weights.Linear(mlp + "down_layer").Of(Weights.Linear(mlp + "up_layer").Of(y).Map(Functions.Named(Settings.Text("hidden_act", "gelu"))));
        }

        Matrix[] halves = Weights.Linear(mlp + "up_gated_layer").Of(y).Split(2);
        return Weights.Linear(mlp + "down_layer").Of(halves[0] * halves[1].Map(Gate(kind)));
    }

    private static Func<double, double> Gate(string kind) => kind switch
    {
        "geglu" => Functions.Gelu,
        "reglu" => Functions.Relu,
        _ => throw new NotSupportedException($"The reference doesn't know feed_forward_type '{kind}'."),
    };
}
