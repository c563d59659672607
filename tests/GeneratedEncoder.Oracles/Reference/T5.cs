namespace GeneratedEncoder.Oracles.Reference;

/// <summary>The encoder of T5: pre-norm without means or biases, attention that isn't scaled but biased by relative positions.</summary>
/// <remarks>Source: huggingface/transformers, modeling_t5 and configuration_t5.</remarks>
internal sealed class T5(Settings settings, Weights weights) : Architecture(settings, weights)
{
    private readonly double _epsilon = settings.Double("layer_norm_epsilon", 1e-6);

    public override Matrix Encode(int[] ids, int[] types, List<double[]>? attentions)
    {
        Matrix x = Matrix.Lookup(Weights.Find("shared.weight") ?? Weights.Get("encoder.embed_tokens.weight"), ids);
        for (int l = 0; l < Settings.Int("num_layers"); l++)
        {
            string block = $"encoder.block.{l}.layer.";
            Matrix a = Attend(block + "0.SelfAttention.", Weights.RmsNorm(block + "0.layer_norm", _epsilon).Of(x), attentions);
            x += Weights.Linear(block + "0.SelfAttention.o").Of(a);
            x += FeedForward(block + "1.DenseReluDense.", Weights.RmsNorm(block + "1.layer_norm", _epsilon).Of(x));
        }

        return Weights.RmsNorm("encoder.final_layer_norm", _epsilon).Of(x);
    }

    private Matrix Attend(string attention, Matrix x, List<double[]>? attentions)
    {
        int heads = Settings.Int("num_heads"), size = Settings.Int("d_kv");
        Matrix q = Weights.Linear(attention + "q").Of(x), k = Weights.Linear(attention + "k").Of(x), v = Weights.Linear(attention + "v").Of(x);

        // The first block's table, [buckets, heads], is everyone's.
        Tensor table = Weights.Get("encoder.block.0.layer.0.SelfAttention.relative_attention_bias.weight");
        int buckets = Settings.Int("relative_attention_num_buckets", 32), maxDistance = Settings.Int("relative_attention_max_distance", 128);
        return Attention.Of(
            q,
            k,
            v,
            heads,
            size,
            (head, i, j, product) => product + table.Values[PositionBuckets.T5(j - i, buckets, maxDistance) * heads + head],
            attentions);
    }

    /// <summary>wo(act(wi y)), or wo(act(wi_0 y) * wi_1 y).</summary>
    private Matrix FeedForward(string dense, Matrix y)
    {
        string[] kind = Settings.Text("feed_forward_proj", "relu").Split('-');
        string named = kind is ["gated", "gelu"] ? "gelu_new" : kind[^1];
        Func<double, double> activation = Functions.Named(Settings.Text("dense_act_fn", named));
        Matrix inner = Settings.Bool("is_gated_act", kind[0] == "gated")
            ? Weights.Linear(dense + "wi_0").Of(y).Map(activation) * Weights.Linear(dense + "wi_1").Of(y)
            : Weights.Linear(dense + "wi").Of(y).Map(activation);
        return Weights.Linear(dense + "wo").Of(inner);
    }
}
