namespace GeneratedEncoder.Oracles.Reference;

/// <summary>EmbeddingGemma: Gemma 3 whose tokens read in both directions, with norms before and after everything.</summary>
/// <remarks>Source: huggingface/transformers, modeling_gemma3 and configuration_gemma3.</remarks>
internal sealed class Gemma3(Settings settings, Weights weights) : Architecture(settings, weights)
{
    private readonly double _epsilon = settings.Double("rms_norm_eps", 1e-6);

    public override Matrix Encode(int[] ids, int[] types, List<double[]>? attentions)
    {
        Settings.Refuse(!Settings.Bool("use_bidirectional_attention", false), "use_bidirectional_attention");
        Settings.Refuse(Settings.Has("attn_logit_softcapping"), "attn_logit_softcapping");
        Func<double, double> activation = Functions.Named(Settings.Text("hidden_activation", "gelu_pytorch_tanh"));
        Matrix x = Matrix.Lookup(Weights.Get("embed_tokens.weight"), ids);
        double scale = Math.Sqrt(x.Width);
        x = x.Map(value => value * scale);
        for (int l = 0; l < Settings.Int("num_hidden_layers"); l++)
        {
            string layer = $"layers.{l}.";
            Matrix a = Attend(l, Norm(layer + "input_layernorm").Of(x), attentions);
            x += Norm(layer + "post_attention_layernorm").Of(Weights.Linear(layer + "self_attn.o_proj").Of(a));

            Matrix y = Norm(layer + "pre_feedforward_layernorm").Of(x);
            y = Weights.Linear(layer + "mlp.gate_proj").Of(y).Map(activation) * Weights.Linear(layer + "mlp.up_proj").Of(y);
            x += Norm(layer + "post_feedforward_layernorm").Of(Weights.Linear(layer + "mlp.down_proj").Of(y));
        }

        return Norm("norm").Of(x);
    }

    private RmsNorm Norm(string name) => Weights.RmsNorm(name, _epsilon, offset: 1);

    private Matrix Attend(int l, Matrix x, List<double[]>? attentions)
    {
        string self = $"layers.{l}.self_attn.";
        int heads = Settings.Int("num_attention_heads"), size = Settings.Int("head_dim", 256);
        bool full = IsFull(l);
        Rotary rotary = Rotary.Plain(Theta(full), size);
        Matrix q = rotary.Of(Norm(self + "q_norm").OfHeads(Weights.Linear(self + "q_proj").Of(x)), size);
        Matrix k = rotary.Of(Norm(self + "k_norm").OfHeads(Weights.Linear(self + "k_proj").Of(x)), size);
        Matrix v = Weights.Linear(self + "v_proj").Of(x);

        // The window that the settings name counts both sides.
        int reach = full ? x.Rows : Settings.Int("sliding_window", 4096) / 2;
        double scale = Math.Sqrt(Settings.Double("query_pre_attn_scalar", 256));
        return Attention.Of(
            q, k, v, heads, size, (_, i, j, product) => Math.Abs(i - j) <= reach ? product / scale : double.NegativeInfinity, attentions);
    }

    private bool IsFull(int l) => Settings.Texts("layer_types") is { } kinds
        ? kinds[l] == "full_attention"
        : (l + 1) % Settings.Int("sliding_window_pattern", 6) == 0;

    private double Theta(bool full)
    {
        Settings rope = Settings.Within("rope_parameters").Within(full ? "full_attention" : "sliding_attention");
        rope.Refuse(rope.Text("rope_type", "default") != "default", "rope_type");
        Settings.Refuse(Settings.Has("rope_scaling"), "rope_scaling");
        return rope.Double("rope_theta", full ? Settings.Double("rope_theta", 1_000_000) : Settings.Double("rope_local_base_freq", 10_000));
    }
}
