namespace GeneratedEncoder.Oracles.Reference;

/// <summary>
/// A model folder's encoder in double precision, in plain loops that follow the first implementations of each architecture. It shares
/// nothing with the generator, nor with the goldens of PyTorch, and takes its weights and settings from the folder alone: config.json,
/// model.safetensors (F32, F16 or BF16) and the modules of sentence-transformers. One text at a time, from token ids; instances may be shared
/// among threads.
/// </summary>
public sealed class ReferenceEncoder
{
    private readonly Architecture _architecture;
    private readonly SentenceModules _modules;

    private ReferenceEncoder(string name, Architecture architecture, SentenceModules modules) =>
        (Name, _architecture, _modules) = (name, architecture, modules);

    /// <summary>The first of the settings' architectures, as NomicBertModel; empty where there are none.</summary>
    public string Name { get; }

    /// <summary>The encoder of a folder.</summary>
    /// <exception cref="NotSupportedException">The reference doesn't know the model's type, or one of its modules.</exception>
    /// <exception cref="InvalidDataException">A setting is missing.</exception>
    /// <exception cref="IOException">A file can't be read.</exception>
    public static ReferenceEncoder Load(string folder)
    {
        SentenceModules modules = SentenceModules.Load(folder);
        Settings settings = Settings.Read(Path.Combine(modules.TransformerFolder, "config.json"));
        string type = settings.Text("model_type");
        bool falling = settings.Text("position_embedding_type", "absolute") == "alibi";
        Architecture architecture = type switch
        {
            "modernbert" => new ModernBert(settings, Tensors("model.")),
            "nomic_bert" => new NomicBert(settings, Tensors("bert.")),
            "new" or "gte" => new Gte(settings, Tensors("new.")),
            "bert" when falling => new JinaBert(settings, Tensors("bert.")),
            "bert" => new Bert(settings, Tensors("bert.")),
            "deberta-v2" => new DebertaV2(settings, Tensors("deberta.")),
            "t5" => new T5(settings, Tensors("")),
            "gemma3_text" => new Gemma3(settings, Tensors("model.")),
            _ => throw new NotSupportedException($"The reference has no architecture '{type}'."),
        };
        return new ReferenceEncoder(settings.Texts("architectures")?.FirstOrDefault() ?? "", architecture, modules);

        Weights Tensors(string prefix) => Weights.Read(modules.TransformerFolder, prefix);
    }

    /// <summary>Encodes a text.</summary>
    /// <param name="ids">Token ids [n], special tokens included.</param>
    /// <param name="tokenTypes">Token types [n]; null stands for zeros. Models without types don't look at them.</param>
    /// <param name="promptTokens">How many tokens at the beginning are a prompt's; where the pooling includes prompts it makes no difference.</param>
    /// <param name="attentions">Whether attention weights are kept: of long texts they are many.</param>
    /// <exception cref="NotSupportedException">A setting has a value that the reference doesn't know.</exception>
    public ReferenceResult Run(int[] ids, int[]? tokenTypes = null, int promptTokens = 0, bool attentions = true)
    {
        List<double[]>? layers = attentions ? [] : null;
        Matrix hidden = _architecture.Encode(ids, Types(ids, tokenTypes), layers);
        return new ReferenceResult(hidden.Values, _modules.Embed(hidden, promptTokens), layers is null ? [] : [.. layers.SelectMany(layer => layer)]);
    }

    /// <summary>A sequence classifier's logits [labels].</summary>
    /// <exception cref="NotSupportedException">The architecture has no such head.</exception>
    /// <exception cref="InvalidDataException">The model has none.</exception>
    public double[] Classify(int[] ids, int[]? tokenTypes = null) => _architecture.Classify(Hidden(ids, tokenTypes)).Values;

    /// <summary>A token classifier's logits [n, labels].</summary>
    /// <exception cref="InvalidDataException">The model has no such head.</exception>
    public double[] LabelTokens(int[] ids, int[]? tokenTypes = null) => _architecture.LabelTokens(Hidden(ids, tokenTypes)).Values;

    /// <summary>A masked language model's logits [positions, V].</summary>
    /// <exception cref="NotSupportedException">The architecture has no such head.</exception>
    /// <exception cref="InvalidDataException">The model has none.</exception>
    public double[] PredictMasked(int[] ids, int[]? tokenTypes, int[] positions) =>
        _architecture.PredictWords(Hidden(ids, tokenTypes).RowsAt(positions)).Values;

    private Matrix Hidden(int[] ids, int[]? tokenTypes) => _architecture.Encode(ids, Types(ids, tokenTypes), attentions: null);

    private static int[] Types(int[] ids, int[]? tokenTypes) => tokenTypes ?? new int[ids.Length];
}

/// <summary>What the reference makes of a text of n tokens.</summary>
/// <param name="LastHiddenState">[n, H].</param>
/// <param name="Embedding">What sentence-transformers gives for the text: its modules' output, not cut.</param>
/// <param name="Attentions">[layers, heads, n, n]; empty where they weren't asked for.</param>
public sealed record ReferenceResult(double[] LastHiddenState, double[] Embedding, double[] Attentions);
