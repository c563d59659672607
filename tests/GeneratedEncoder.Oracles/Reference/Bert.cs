namespace GeneratedEncoder.Oracles.Reference;

/// <summary>BERT with learned absolute positions. Source: huggingface/transformers, modeling_bert.</summary>
internal sealed class Bert(Settings settings, Weights weights) : Architecture(settings, weights)
{
    private readonly double _epsilon = settings.Double("layer_norm_eps", 1e-12);
    private readonly Func<double, double> _activation = Functions.Named(settings.Text("hidden_act", "gelu"));

    public override Matrix Encode(int[] ids, int[] types, List<double[]>? attentions)
    {
        Settings.Refuse(Settings.Text("position_embedding_type", "absolute") != "absolute", "position_embedding_type");
        Matrix x = SumOfTables(ids, types, Weights.Get("embeddings.token_type_embeddings.weight"), Weights.Get("embeddings.position_embeddings.weight"));
        x = Weights.LayerNorm("embeddings.LayerNorm", _epsilon).Of(x);
        for (int l = 0; l < Settings.Int("num_hidden_layers"); l++)
        {
            string layer = $"encoder.layer.{l}.";
            Matrix a = Attend(layer + "attention.self.", x, attentions);
            x = Weights.LayerNorm(layer + "attention.output.LayerNorm", _epsilon).Of(x + Weights.Linear(layer + "attention.output.dense").Of(a));
            Matrix inner = Weights.Linear(layer + "intermediate.dense").Of(x).Map(_activation);
            x = Weights.LayerNorm(layer + "output.LayerNorm", _epsilon).Of(x + Weights.Linear(layer + "output.dense").Of(inner));
        }

        return x;
    }

    public override Matrix Classify(Matrix hidden) => ClassifyFirst(hidden, Math.Tanh);

    public override Matrix PredictWords(Matrix hidden) => PredictWordsAsBert(hidden, _activation, "transform.LayerNorm", _epsilon);

    private Matrix Attend(string self, Matrix x, List<double[]>? attentions)
    {
        int heads = Settings.Int("num_attention_heads"), size = x.Width / heads;
        Matrix q = Weights.Linear(self + "query").Of(x), k = Weights.Linear(self + "key").Of(x), v = Weights.Linear(self + "value").Of(x);
        return Attention.Of(q, k, v, heads, size, (_, _, _, product) => product / Math.Sqrt(size), attentions);
    }
}
