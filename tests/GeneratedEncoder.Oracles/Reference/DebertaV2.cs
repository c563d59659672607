namespace GeneratedEncoder.Oracles.Reference;

/// <summary>DeBERTa v2 and v3: post-norm BERT whose attention weighs contents against relative positions and the other way round.</summary>
/// <remarks>Source: huggingface/transformers, modeling_deberta_v2 and configuration_deberta_v2.</remarks>
internal sealed class DebertaV2(Settings settings, Weights weights) : Architecture(settings, weights)
{
    private readonly double _epsilon = settings.Double("layer_norm_eps", 1e-7);
    private readonly Func<double, double> _activation = Functions.Named(settings.Text("hidden_act", "gelu"));
    private readonly bool _relative = settings.Bool("relative_attention", false);

    public override Matrix Encode(int[] ids, int[] types, List<double[]>? attentions)
    {
        Matrix embedded = Embed(ids, types), x = embedded;
        Matrix? positions = _relative ? RelativeEmbeddings() : null;
        for (int l = 0; l < Settings.Int("num_hidden_layers"); l++)
        {
            string layer = $"encoder.layer.{l}.";
            Matrix a = Attend(layer + "attention.self.", x, positions, attentions);
            x = Weights.LayerNorm(layer + "attention.output.LayerNorm", _epsilon).Of(x + Weights.Linear(layer + "attention.output.dense").Of(a));
            Matrix inner = Weights.Linear(layer + "intermediate.dense").Of(x).Map(_activation);
            x = Weights.LayerNorm(layer + "output.LayerNorm", _epsilon).Of(x + Weights.Linear(layer + "output.dense").Of(inner));
            if (l == 0 && Settings.Int("conv_kernel_size", 0) > 0)
            {
                Matrix convolved = Convolve(embedded).Map(Functions.Named(Settings.Text("conv_act", "tanh")));
                x = Weights.LayerNorm("encoder.conv.LayerNorm", _epsilon).Of(x + convolved);
            }
        }

        return x;
    }

    public override Matrix Classify(Matrix hidden) => ClassifyFirst(hidden, Functions.Named(Settings.Text("pooler_hidden_act", "gelu")));

    public override Matrix PredictWords(Matrix hidden) => PredictWordsAsBert(hidden, _activation, "transform.LayerNorm", _epsilon);

    private Matrix Embed(int[] ids, int[] types)
    {
        Tensor? typeTable = Settings.Int("type_vocab_size", 0) > 0 ? Weights.Get("embeddings.token_type_embeddings.weight") : null;
        Tensor? positionTable = Settings.Bool("position_biased_input", true) ? Weights.Get("embeddings.position_embeddings.weight") : null;
        Matrix x = SumOfTables(ids, types, typeTable, positionTable);
        x = x.Width == Settings.Int("hidden_size") ? x : Weights.Linear("embeddings.embed_proj").Of(x);
        return Weights.LayerNorm("embeddings.LayerNorm", _epsilon).Of(x);
    }

    /// <summary>The table of relative positions, [2 span, H], normed where that is asked for.</summary>
    private Matrix RelativeEmbeddings()
    {
        Matrix table = Matrix.Lookup(Weights.Get("encoder.rel_embeddings.weight"), [.. Enumerable.Range(0, 2 * Span)]);
        bool normed = Parts(Settings.Text("norm_rel_ebd", "none")).Contains("layer_norm");
        return normed ? Weights.LayerNorm("encoder.LayerNorm", _epsilon).Of(table) : table;
    }

    private int MaxDistance => Settings.Int("max_relative_positions", -1) is > 0 and int max ? max : Settings.Int("max_position_embeddings", 512);

    private int Buckets => Settings.Int("position_buckets", -1);

    /// <summary>Half the rows of the table.</summary>
    private int Span => Buckets > 0 ? Buckets : MaxDistance;

    private Matrix Attend(string self, Matrix x, Matrix? positions, List<double[]>? attentions)
    {
        int heads = Settings.Int("num_attention_heads"), size = Settings.Int("attention_head_size", Settings.Int("hidden_size") / heads);
        Matrix q = Weights.Linear(self + "query_proj").Of(x), k = Weights.Linear(self + "key_proj").Of(x), v = Weights.Linear(self + "value_proj").Of(x);

        string[] kinds = [.. Settings.OneOrMore("pos_att_type", "").SelectMany(Parts)];
        bool contentToPosition = kinds.Contains("c2p"), positionToContent = kinds.Contains("p2c");
        double scale = Math.Sqrt(size * (1.0 + (contentToPosition ? 1 : 0) + (positionToContent ? 1 : 0)));

        bool shared = Settings.Bool("share_att_key", false);
        string keyProjection = self + (shared ? "key_proj" : "pos_key_proj"), queryProjection = self + (shared ? "query_proj" : "pos_query_proj");
        Matrix? positionKeys = positions is not null && contentToPosition ? Weights.Linear(keyProjection).Of(positions) : null;
        Matrix? positionQueries = positions is not null && positionToContent ? Weights.Linear(queryProjection).Of(positions) : null;
        int last = x.Rows - 1;
        int[] rows = [.. Enumerable.Range(-last, 2 * last + 1).Select(Row)]; // By distance, from the one of the first query to the last key on.
        return Attention.Of(
            q,
            k,
            v,
            heads,
            size,
            (head, i, j, product) =>
            {
                int row = rows[i - j + last];
                double c2p = positionKeys is null ? 0 : Attention.Dot(Head(q, i, head), Head(positionKeys, row, head));
                double p2c = positionQueries is null ? 0 : Attention.Dot(Head(k, j, head), Head(positionQueries, row, head));
                return (product + c2p + p2c) / scale;
            },
            attentions);

        Span<double> Head(Matrix rows, int row, int head) => rows.Row(row).Slice(head * size, size);
    }

    /// <summary>The parts of a setting like "p2c|c2p".</summary>
    private static string[] Parts(string setting) => setting.ToLowerInvariant().Split('|', StringSplitOptions.TrimEntries);

    /// <summary>The table's row for a query so far behind a key.</summary>
    private int Row(int distance)
    {
        int bucketed = Buckets > 0 ? PositionBuckets.Deberta(distance, Buckets, MaxDistance) : distance;
        return Math.Clamp(bucketed + Span, 0, 2 * Span - 1);
    }

    /// <summary>A convolution along the tokens, with zeros around the text: [n, H] to [n, H].</summary>
    private Matrix Convolve(Matrix x)
    {
        Tensor weight = Weights.Get("encoder.conv.conv.weight"); // [out, in / groups, kernel]
        Tensor bias = Weights.Get("encoder.conv.conv.bias");
        int outputs = weight.Shape[0], inputs = weight.Shape[1], kernel = weight.Shape[2];
        Settings.Refuse(kernel % 2 == 0, "conv_kernel_size");
        int outputsPerGroup = outputs / Settings.Int("conv_groups", 1);
        Matrix y = new(x.Rows, outputs);
        for (int position = 0; position < x.Rows; position++)
        {
            for (int output = 0; output < outputs; output++)
            {
                int first = output / outputsPerGroup * inputs;
                y[position, output] = bias.Values[output];
                for (int input = 0; input < inputs; input++)
                {
                    for (int tap = 0; tap < kernel; tap++)
                    {
                        int from = position + tap - kernel / 2;
                        double value = from >= 0 && from < x.Rows ? x[from, first + input] : 0;
                        y[position, output] += weight.Values[(output * inputs + input) * kernel + tap] * value;
                    }
                }
            }
        }

        return y;
    }
}
