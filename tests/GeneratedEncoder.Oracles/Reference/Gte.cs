namespace GeneratedEncoder.Oracles.Reference;

/// <summary>GTE v1.5 and its kin: post-norm BERT with rotary positions and a gated feed-forward network.</summary>
/// <remarks>Source: Alibaba-NLP/new-impl, modeling and configuration.</remarks>
internal sealed class Gte(Settings settings, Weights weights) : Architecture(settings, weights)
{
    private readonly double _epsilon = settings.Double("layer_norm_eps", 1e-12);
    private readonly Func<double, double> _activation = Functions.Named(settings.Text("hidden_act", "gelu"));
    private readonly bool _rotary = settings.Text("position_embedding_type", "rope") == "rope";

    public override Matrix Encode(int[] ids, int[] types, List<double[]>? attentions)
    {
        Settings.Refuse(!_rotary && Settings.Text("position_embedding_type") != "absolute", "position_embedding_type");
        Matrix x = SumOfTables(ids, types, Types(), _rotary ? null : Weights.Get("embeddings.position_embeddings.weight"));
        x = Weights.LayerNorm("embeddings.LayerNorm", _epsilon).Of(x);
        for (int l = 0; l < Settings.Int("num_hidden_layers"); l++)
        {
            string layer = $"encoder.layer.{l}.";
            Matrix a = Weights.Linear(layer + "attention.o_proj").Of(Attend(layer + "attention.", x, attentions));
            x = Norm(layer + "attn_ln").Of(x + a);
            Matrix[] halves = Weights.Linear(layer + "mlp.up_gate_proj").Of(x).Split(2);
            x = Norm(layer + "mlp_ln").Of(x + Weights.Linear(layer + "mlp.down_proj").Of(halves[0] * halves[1].Map(_activation)));
        }

        return x;
    }

    public override Matrix Classify(Matrix hidden) => ClassifyFirst(hidden, Math.Tanh);

    public override Matrix PredictWords(Matrix hidden)
    {
        Matrix transformed = Weights.LayerNorm("lm_head.norm", _epsilon).Of(Weights.Linear("lm_head.dense").Of(hidden).Map(_activation));
        return new Linear(WordTable("embeddings.word_embeddings.weight", "lm_head.decoder.weight"), Weights.Get("lm_head.decoder.bias")).Of(transformed);
    }

    private Tensor? Types() => Settings.Int("type_vocab_size") > 0 ? Weights.Get("embeddings.token_type_embeddings.weight") : null;

    /// <summary>A layer's norm; the one of the embeddings is a LayerNorm always.</summary>
    private INorm Norm(string name) => Settings.Text("layer_norm_type", "layer_norm") switch
    {
        "layer_norm" => Weights.LayerNorm(name, _epsilon),
        "rms_norm" => Weights.RmsNorm(name, _epsilon),
        string other => throw new NotSupportedException($"The reference doesn't know layer_norm_type '{other}'."),
    };

    private Matrix Attend(string attention, Matrix x, List<double[]>? attentions)
    {
        int heads = Settings.Int("num_attention_heads"), size = x.Width / heads;
        Matrix[] qkv = Weights.Has(attention + "qkv_proj.weight")
            ? Weights.Linear(attention + "qkv_proj").Of(x).Split(3)
            : [Weights.Linear(attention + "q_proj").Of(x), Weights.Linear(attention + "k_proj").Of(x), Weights.Linear(attention + "v_proj").Of(x)];
        Matrix q = qkv[0], k = qkv[1];
        if (_rotary)
        {
            Rotary rotary = Positions(size);
            (q, k) = (rotary.Of(q, size), rotary.Of(k, size));
        }

        double scale = LengthScale(x.Rows) / Math.Sqrt(size);
        return Attention.Of(q, k, qkv[2], heads, size, (_, _, _, product) => product * scale, attentions);
    }

    private Rotary Positions(int size)
    {
        double theta = Settings.Within("rope_parameters").Double("rope_theta", Settings.Double("rope_theta", 10_000));
        string renamed = Settings.Within("rope_parameters").Text("rope_type", "default");
        Settings.Refuse(!Settings.Has("rope_scaling") && renamed != "default", "rope_parameters");
        if (!Settings.Has("rope_scaling"))
        {
            return Rotary.Plain(theta, size);
        }

        Settings scaling = Settings.Within("rope_scaling");
        scaling.Refuse(scaling.Text("type") != "ntk", "type");
        double factor = scaling.Double("factor");
        scaling.Refuse(factor < 1, "factor");
        return scaling.Has("mixed_b") ? Rotary.NtkMixed(theta, size, factor, scaling.Double("mixed_b")) : Rotary.Ntk(theta, size, factor);
    }

    /// <summary>What queries are multiplied with in texts of n tokens, where that is asked for.</summary>
    private double LengthScale(int tokens)
    {
        double scale = Math.Log(tokens) / Math.Log(Settings.Int("max_position_embeddings", 2048));
        scale = Settings.Bool("logn_attention_clip1", false) ? Math.Max(scale, 1) : scale;
        return Settings.Bool("logn_attention_scale", false) ? scale : 1;
    }
}
