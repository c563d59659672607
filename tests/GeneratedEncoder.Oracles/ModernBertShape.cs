using System.Text.Json;
using System.Text.Json.Nodes;

namespace GeneratedEncoder.Oracles;

/// <summary>The dimensions of a ModernBERT under the names of its config.json; the defaults are ModernBERT-base's.</summary>
/// <remarks>
/// Layer: <c>x = x + Wo MHA(LN(x)); x = x + W2 (gelu(u) g), u, g = the halves of Wi LN(x)</c>, queries and keys rotated by their positions;
/// without LN before the first layer's attention, with one after the embeddings and one after the last layer. No product and no norm has a bias.
/// </remarks>
public sealed record ModernBertShape
{
    /// <summary>What <see cref="LayerTypes"/> calls layers that attend to nearby tokens, and to all.</summary>
    public const string Sliding = "sliding_attention", Full = "full_attention";

    /// <summary>Width of a token's vector, H.</summary>
    public int HiddenSize { get; init; } = 768;

    /// <summary>Number of layers, L.</summary>
    public int NumHiddenLayers { get; init; } = 22;

    /// <summary>Number of attention heads; divides H, and leaves an even head.</summary>
    public int NumAttentionHeads { get; init; } = 12;

    /// <summary>Width of each half of the feed-forward network, I.</summary>
    public int IntermediateSize { get; init; } = 1152;

    /// <summary>The most tokens a text may have.</summary>
    public int MaxPositionEmbeddings { get; init; } = 8192;

    /// <summary>Rows of the word table, V.</summary>
    public int VocabSize { get; init; } = 50368;

    /// <summary>The window of a local layer: half of it on either side, and the token itself.</summary>
    public int LocalAttention { get; init; } = 128;

    /// <summary>The base of the rotary frequencies of layers that attend to all tokens.</summary>
    public double GlobalRopeTheta { get; init; } = 160_000;

    /// <summary>The base of the rotary frequencies of local layers.</summary>
    public double LocalRopeTheta { get; init; } = 10_000;

    /// <summary>What every LayerNorm adds to the variance.</summary>
    public double NormEps { get; init; } = 1e-5;

    /// <summary>Each layer's kind, <see cref="Full"/> or <see cref="Sliding"/>; null: every third is full, from the first on.</summary>
    public IReadOnlyList<string>? LayerTypes { get; init; }

    /// <summary>Width of one attention head.</summary>
    public int HeadSize => HiddenSize / NumAttentionHeads;

    /// <summary>Whether a layer attends to all tokens.</summary>
    public bool IsFull(int layer) => LayerTypes is null ? layer % 3 == 0 : LayerTypes[layer] == Full;

    /// <summary>What calls of a graph need to know: the dimensions that inputs and outputs have.</summary>
    public EncoderShape Calls => new()
    {
        HiddenSize = HiddenSize,
        NumHiddenLayers = NumHiddenLayers,
        NumAttentionHeads = NumAttentionHeads,
        IntermediateSize = IntermediateSize,
        MaxPositionEmbeddings = MaxPositionEmbeddings,
        VocabSize = VocabSize,
        LayerNormEps = NormEps,
        PreNorm = true,
        ModelType = "modernbert",
    };

    /// <summary>The text of the model's config.json.</summary>
    public string Config()
    {
        JsonObject config = new()
        {
            ["architectures"] = new JsonArray("ModernBertModel"),
            ["model_type"] = "modernbert",
            ["hidden_size"] = HiddenSize,
            ["num_hidden_layers"] = NumHiddenLayers,
            ["num_attention_heads"] = NumAttentionHeads,
            ["intermediate_size"] = IntermediateSize,
            ["max_position_embeddings"] = MaxPositionEmbeddings,
            ["vocab_size"] = VocabSize,
            ["hidden_activation"] = "gelu",
            ["local_attention"] = LocalAttention,
            ["global_rope_theta"] = GlobalRopeTheta,
            ["local_rope_theta"] = LocalRopeTheta,
            ["norm_eps"] = NormEps,
            ["norm_bias"] = false,
            ["attention_bias"] = false,
            ["mlp_bias"] = false,
        };
        if (LayerTypes is null)
        {
            config["global_attn_every_n_layers"] = 3;
        }
        else
        {
            config["layer_types"] = new JsonArray([.. LayerTypes.Select(type => JsonValue.Create(type))]);
        }

        return config.ToJsonString(new JsonSerializerOptions { WriteIndented = true });
    }
}
