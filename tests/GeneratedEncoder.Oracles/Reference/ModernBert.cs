namespace GeneratedEncoder.Oracles.Reference;

/// <summary>ModernBERT: pre-norm, rotary positions, gated feed-forward, most layers reading a window only.</summary>
/// <remarks>Source: huggingface/transformers, modeling_modernbert and configuration_modernbert.</remarks>
internal sealed class ModernBert(Settings settings, Weights weights) : Architecture(settings, weights)
{
    private readonly double _epsilon = settings.Double("norm_eps", 1e-5);

    public override Matrix Encode(int[] ids, int[] types, List<double[]>? attentions)
    {
        Func<double, double> activation = Functions.Named(Settings.Text("hidden_activation", "gelu"));
        Matrix x = Matrix.Lookup(Weights.Get("embeddings.tok_embeddings.weight"), ids);
        x = Weights.LayerNorm("embeddings.norm", _epsilon).Of(x);
        for (int l = 0; l < Settings.Int("num_hidden_layers"); l++)
        {
            string layer = $"layers.{l}.";
            Matrix normed = l == 0 ? x : Weights.LayerNorm(layer + "attn_norm", _epsilon).Of(x);
            x += Weights.Linear(layer + "attn.Wo").Of(Attend(l, normed, attentions));

            normed = Weights.LayerNorm(layer + "mlp_norm", _epsilon).Of(x);
            Matrix[] halves = Weights.Linear(layer + "mlp.Wi").Of(normed).Split(2);
            x += Weights.Linear(layer + "mlp.Wo").Of(halves[0].Map(activation) * halves[1]);
        }

        return Weights.LayerNorm("final_norm", _epsilon).Of(x);
    }

    public override Matrix Classify(Matrix hidden) => Settings.Text("classifier_pooling", "cls") switch
    {
        "cls" => LabelTokens(hidden.RowsAt([0])),
        "mean" => LabelTokens(hidden.MeanRow()),
        string other => throw new NotSupportedException($"The reference doesn't know classifier_pooling '{other}'."),
    };

    public override Matrix LabelTokens(Matrix hidden) => Weights.Linear("classifier").Of(Head(hidden));

    public override Matrix PredictWords(Matrix hidden) =>
        new Linear(WordTable("embeddings.tok_embeddings.weight", "decoder.weight"), Weights.Find("decoder.bias")).Of(Head(hidden));

    /// <summary>LN(activation(dense x)).</summary>
    private Matrix Head(Matrix x)
    {
        Func<double, double> activation = Functions.Named(Settings.Text("classifier_activation", "gelu"));
        return Weights.LayerNorm("head.norm", _epsilon).Of(Weights.Linear("head.dense").Of(x).Map(activation));
    }

    private Matrix Attend(int l, Matrix x, List<double[]>? attentions)
    {
        int heads = Settings.Int("num_attention_heads"), size = x.Width / heads;
        bool full = IsFull(l);
        int reach = full ? x.Rows : Settings.Int("local_attention", 128) / 2;
        Rotary rotary = Rotary.Plain(Theta(full), size);
        Matrix[] qkv = Weights.Linear($"layers.{l}.attn.Wqkv").Of(x).Split(3);
        return Attention.Of(
            rotary.Of(qkv[0], size),
            rotary.Of(qkv[1], size),
            qkv[2],
            heads,
            size,
            (_, i, j, product) => Math.Abs(i - j) <= reach ? product / Math.Sqrt(size) : double.NegativeInfinity,
            attentions);
    }

    private bool IsFull(int l) => Settings.Texts("layer_types") is { } kinds
        ? kinds[l] == "full_attention"
        : l % Settings.Int("global_attn_every_n_layers", 3) == 0;

    /// <summary>The base of a layer's frequencies; an explicit null for local layers means that of the full ones.</summary>
    private double Theta(bool full)
    {
        Settings rope = Settings.Within("rope_parameters").Within(full ? "full_attention" : "sliding_attention");
        rope.Refuse(rope.Text("rope_type", "default") != "default", "rope_type");
        Settings.Refuse(Settings.Has("rope_scaling"), "rope_scaling");
        double global = Settings.Double("global_rope_theta", 160_000);
        double local = Settings.IsNull("local_rope_theta") ? global : Settings.Double("local_rope_theta", 10_000);
        return rope.Double("rope_theta", full ? global : local);
    }
}
