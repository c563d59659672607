namespace GeneratedEncoder.Oracles.Reference;

/// <summary>NomicBERT: post-norm BERT with rotary positions and a gated feed-forward network.</summary>
/// <remarks>Source: nomic-ai/nomic-bert-2048, modeling_hf_nomic_bert. Its plain GELU is the exact one under all four names that it takes.</remarks>
internal sealed class NomicBert(Settings settings, Weights weights) : Architecture(settings, weights)
{
    private readonly double _epsilon = settings.Double("layer_norm_epsilon", 1e-5);
    private readonly string _activation = settings.Text("activation_function", "gelu_new");

    public override Matrix Encode(int[] ids, int[] types, List<double[]>? attentions)
    {
        RefuseOtherKinds();
        Matrix x = SumOfTables(ids, types, Types(), Settings.Double("rotary_emb_fraction", 0) > 0 ? null : Weights.Get("embeddings.position_embeddings.weight"));
        x = Weights.LayerNorm("emb_ln", _epsilon).Of(x);
        for (int l = 0; l < Settings.Int("n_layer"); l++)
        {
            string layer = $"encoder.layers.{l}.";
            Matrix a = Weights.Linear(layer + "attn.out_proj").Of(Attend(layer, x, attentions));
            x = Weights.LayerNorm(layer + "norm1", _epsilon).Of(x + a);
            x = Weights.LayerNorm(layer + "norm2", _epsilon).Of(x + FeedForward(layer + "mlp.", x));
        }

        return x;
    }

    public override Matrix Classify(Matrix hidden) => ClassifyFirst(hidden, Math.Tanh);

    public override Matrix PredictWords(Matrix hidden)
    {
        Func<double, double> activation = _activation switch
        {
            "swiglu" => Functions.Silu,
            "gelu" or "geglu" or "glu" => Functions.Gelu,
            _ => Functions.GeluTanh,
        };
        return PredictWordsAsBert(hidden, activation, "transform.layer_norm", _epsilon);
    }

    private Tensor? Types() => Settings.Int("type_vocab_size") > 0 ? Weights.Get("embeddings.token_type_embeddings.weight") : null;

    private Matrix Attend(string layer, Matrix x, List<double[]>? attentions)
    {
        int heads = Settings.Int("n_head"), size = x.Width / heads;
        Matrix[] qkv = Weights.Linear(layer + "attn.Wqkv").Of(x).Split(3);
        Matrix q = qkv[0], k = qkv[1];
        int turned = (int)(size * Settings.Double("rotary_emb_fraction", 0));
        if (turned > 0)
        {
            Rotary rotary = Positions(turned, x.Rows);
            (q, k) = (rotary.Of(q, size), rotary.Of(k, size));
        }

        return Attention.Of(q, k, qkv[2], heads, size, (_, _, _, product) => product / Math.Sqrt(size), attentions);
    }

    private Rotary Positions(int turned, int tokens)
    {
        double theta = Settings.Double("rotary_emb_base", 10_000);
        return Settings.Has("rotary_scaling_factor")
            ? Rotary.DynamicNtk(theta, turned, Settings.Double("rotary_scaling_factor"), tokens, Settings.Int("max_trained_positions", 2048))
            : Rotary.Plain(theta, turned);
    }

    /// <summary>fc2(fc11 x * gate(fc12 x)), or fc2(gelu(fc1 x)).</summary>
    private Matrix FeedForward(string mlp, Matrix x)
    {
        Func<double, double>? gate = _activation switch
        {
            "swiglu" => Functions.Silu,
            "geglu" => Functions.Gelu,
            "glu" => Functions.Sigmoid,
            _ => null,
        };
        Matrix inner = gate is null
            ? Weights.Linear(mlp + "fc1").Of(x).Map(Functions.Gelu)
            : Weights.Linear(mlp + "fc11").Of(x) * Weights.Linear(mlp + "fc12").Of(x).Map(gate);
        return Weights.Linear(mlp + "fc2").Of(inner);
    }

    private void RefuseOtherKinds()
    {
        Settings.Refuse(_activation is not ("swiglu" or "geglu" or "glu" or "gelu" or "gelu_new" or "gelu_fast" or "gelu_pytorch_tanh"), "activation_function");
        Settings.Refuse(Settings.Bool("prenorm", false), "prenorm");
        Settings.Refuse(Settings.Bool("norm_mlp", false), "norm_mlp");
        Settings.Refuse(Settings.Bool("rotary_emb_interleaved", false), "rotary_emb_interleaved");
        Settings.Refuse(Settings.Bool("rotary_head_dim", false), "rotary_head_dim");
        Settings.Refuse(Settings.Has("rotary_emb_scale_base"), "rotary_emb_scale_base");
        Settings.Refuse(Settings.Int("moe_every_n_layers", 0) > 0, "moe_every_n_layers");
    }
}
