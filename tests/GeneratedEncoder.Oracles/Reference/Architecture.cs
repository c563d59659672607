namespace GeneratedEncoder.Oracles.Reference;

/// <summary>A model's forward pass, as its first implementation computes it without dropout, for one text without padding.</summary>
internal abstract class Architecture(Settings settings, Weights weights)
{
    protected Settings Settings { get; } = settings;

    protected Weights Weights { get; } = weights;

    /// <summary>The last hidden state.</summary>
    /// <param name="ids">Token ids [n].</param>
    /// <param name="types">Token types [n].</param>
    /// <param name="attentions">Gets each layer's attention weights, [heads, n, n].</param>
    /// <returns>[n, H].</returns>
    public abstract Matrix Encode(int[] ids, int[] types, List<double[]>? attentions);

    /// <summary>A text's logits [1, labels].</summary>
    /// <param name="hidden">The last hidden state.</param>
    public virtual Matrix Classify(Matrix hidden) => throw Refused("classifier");

    /// <summary>Logits of each token [n, labels].</summary>
    /// <param name="hidden">The last hidden state.</param>
    public virtual Matrix LabelTokens(Matrix hidden) => Weights.Linear("classifier").Of(hidden);

    /// <summary>Logits of all words of the vocabulary, for each row: [rows, V].</summary>
    /// <param name="hidden">Rows of the last hidden state.</param>
    public virtual Matrix PredictWords(Matrix hidden) => throw Refused("masked language model");

    /// <summary>classifier(activation(pooler.dense of the first token)).</summary>
    protected Matrix ClassifyFirst(Matrix hidden, Func<double, double> activation) =>
        Weights.Linear("classifier").Of(Weights.Linear("pooler.dense").Of(hidden.RowsAt([0])).Map(activation));

    /// <summary>BERT's masked language model: LN(activation(dense x)) times the word table, and a bias.</summary>
    /// <param name="hidden">[rows, H].</param>
    /// <param name="activation">Between the layer and its norm.</param>
    /// <param name="norm">The norm's name.</param>
    /// <param name="epsilon">The norm's epsilon.</param>
    protected Matrix PredictWordsAsBert(Matrix hidden, Func<double, double> activation, string norm, double epsilon)
    {
        const string Head = "cls.predictions.";
        Matrix transformed = Weights.LayerNorm(Head + norm, epsilon).Of(Weights.Linear(Head + "transform.dense").Of(hidden).Map(activation));
        Tensor? bias = Weights.Find(Head + "decoder.bias") ?? Weights.Find(Head + "bias");
        return new Linear(WordTable("embeddings.word_embeddings.weight", Head + "decoder.weight"), bias).Of(transformed);
    }

    /// <summary>What a masked language model's logits are products with: the embeddings' table, or one of its own where they aren't tied.</summary>
    protected Tensor WordTable(string tied, string own) => Weights.Get(Settings.Bool("tie_word_embeddings", true) ? tied : own);

    /// <summary>The sum of the tables' rows that are there: of words, of token types, of positions 0 to n - 1.</summary>
    protected Matrix SumOfTables(int[] ids, int[] types, Tensor? typeTable, Tensor? positionTable)
    {
        Matrix sum = Matrix.Lookup(Weights.Get("embeddings.word_embeddings.weight"), ids);
        sum = typeTable is null ? sum : sum + Matrix.Lookup(typeTable, types);
        return positionTable is null ? sum : sum + Matrix.Lookup(positionTable, [.. Enumerable.Range(0, ids.Length)]);
    }

    private NotSupportedException Refused(string head) => new($"The reference has no {head} of {GetType().Name}.");
}
