using System.Collections.Concurrent;
using System.Reflection;
using System.Text;
using System.Text.RegularExpressions;
using GeneratedEncoder.Oracles;

namespace GeneratedEncoder.Tests;

/// <summary>An encoder that the theories run over: what its attribute says, or its folder, and random weights that fit.</summary>
internal sealed class EncoderCase
{
    private static readonly ConcurrentDictionary<object, Lazy<RandomModel>> s_models = new();
    private static readonly Regex s_words = new(@"(^|\.)(embeddings\.word_embeddings|embeddings\.tok_embeddings|shared|embed_tokens)\.weight$");

    private EncoderCase(ArchitectureCase folder)
    {
        Type = folder.Type;
        Load = folder.Load;
        Folder = folder.Folder;
        Attribute = Type.GetCustomAttribute<TransformerEncoderAttribute>()!;
        Shape = new EncoderShape
        {
            HiddenSize = Constant("HiddenSize"),
            NumHiddenLayers = Constant("NumHiddenLayers"),
            NumAttentionHeads = Constant("NumAttentionHeads"),
            IntermediateSize = Constant("IntermediateSize"),
            MaxPositionEmbeddings = Constant("MaxTokens"),
            VocabSize = folder.Info.VocabSize,
            TypeVocabSize = folder.Info.TypeVocabSize,
            ModelType = folder.Info.ModelType.ToString(),
            Head = folder.Info.Head.ToString(),
            NumLabels = folder.Info.NumLabels,
        };
    }

    private EncoderCase(Type type, Func<string, EncoderOptions?, IDisposable> load)
    {
        Type = type;
        Load = load;
        Attribute = type.GetCustomAttribute<TransformerEncoderAttribute>()!;
        Shape = new EncoderShape
        {
            HiddenSize = Attribute.HiddenSize,
            NumHiddenLayers = Attribute.NumHiddenLayers,
            NumAttentionHeads = Attribute.NumAttentionHeads,
            IntermediateSize = Attribute.IntermediateSize,
            MaxPositionEmbeddings = Attribute.MaxPositionEmbeddings,
            VocabSize = Attribute.VocabSize,
            TypeVocabSize = Attribute.TypeVocabSize,
            PositionOffset = Attribute.PositionOffset,
            HiddenAct = ConfigName(Attribute.HiddenAct.ToString()),
            LayerNormEps = Attribute.LayerNormEps,
            PreNorm = Attribute.NormPlacement == NormPlacement.Pre,
            ModelType = Attribute.ModelType == ModelType.XlmRoberta ? "xlm-roberta" : Attribute.ModelType.ToString().ToLowerInvariant(),
            EmbeddingSize = Attribute.EmbeddingSize,
            NumHiddenGroups = Attribute.NumHiddenGroups,
            RelativeAttentionNumBuckets = Attribute.RelativeAttentionNumBuckets,
            Head = Attribute.Head.ToString(),
            NumLabels = Attribute.NumLabels,
            TieWordEmbeddings = Attribute.TieWordEmbeddings,
        };
    }

    private EncoderCase(EncoderCase encoder, WordTableFormat words)
    {
        (Type, Attribute, Folder, Shape, WordTable) = (encoder.Type, encoder.Attribute, encoder.Folder, encoder.Shape, words);
        Load = (path, options) =>
        {
            options ??= new EncoderOptions();
            options.WordTable = words;
            return encoder.Load(path, options);
        };
    }

    /// <summary>Those whose attributes say all there is to say, so that graphs can be built of them for ONNX Runtime.</summary>
    public static IReadOnlyList<EncoderCase> Classic { get; } =
    [
        Of<NiceGelu>(), Of<NiceReluUntyped>(), Of<OddGelu>(), Of<OddSiluRoberta>(), Of<OddGeluNewPrenorm>(), Of<OddVectors>(),
        Of<OddVectorsPrenorm>(), Of<HeadsOf25>(), Of<Minilm>(), Of<Roberta>(), Of<Distilbert>(), Of<Mpnet>(),
        Of<ElectraNarrow>(), Of<ElectraEven>(), Of<AlbertTwoGroups>(), Of<AlbertOneGroup>(), Of<AlbertEven>(),
        Of<OddReluPrenorm>(), Of<HeadsOf1>(), Of<WidePrenorm>(), Of<BertTinyLayers>(), Of<HeadsOf128>(), Of<OneHeadOf17>(), Of<Tiny>(),
        Of<Smallest>(), Of<WideFirstToken>(), Of<WideMpnet>(), Of<WideEmbeddings>(),
        .. HeadEncoders.All,
    ];

    /// <summary>Those, the ones of the small model folders, and the ones with narrow weights.</summary>
    public static IReadOnlyList<EncoderCase> All { get; } = [.. Classic, .. ArchitectureCase.All.Select(Of), .. NarrowEncoders.All];

    /// <summary>The classic ones' names, as test data.</summary>
    public static TheoryData<string> ClassicNames => [.. Classic.Select(encoder => encoder.Name)];

    /// <summary>All names, as test data.</summary>
    public static TheoryData<string> Names => [.. All.Select(encoder => encoder.Name)];

    /// <summary>Names of those with heads.</summary>
    public static TheoryData<string> HeadNames => [.. HeadEncoders.All.Select(encoder => encoder.Name)];

    /// <summary>Names of those that take vectors.</summary>
    public static TheoryData<string> VectorNames => [.. All.Where(encoder => encoder.TakesVectors).Select(encoder => encoder.Name)];

    public Type Type { get; }

    /// <summary>The class's name; with a narrow word table also its format: "OddGelu.Int8".</summary>
    public string Name => WordTable == WordTableFormat.FromFile ? Type.Name : $"{Type.Name}.{WordTable}";

    /// <summary>How its instances hold the word table.</summary>
    public WordTableFormat WordTable { get; }

    public TransformerEncoderAttribute Attribute { get; }

    /// <summary>The model folder that it was compiled from; null: its attribute says all.</summary>
    public string? Folder { get; }

    /// <summary>Width of an embedding.</summary>
    public int EmbeddingDimension => Constant("EmbeddingDimension");

    /// <summary>What it was compiled for, in the oracles' words.</summary>
    public EncoderShape Shape { get; }

    public bool TakesVectors => Shape.VocabSize == 0;

    /// <summary>The class's Load.</summary>
    public Func<string, EncoderOptions?, IDisposable> Load { get; }

    /// <summary>Random weights, made once for a shape or folder and shared: nobody writes to them.</summary>
    public RandomModel Model => s_models.GetOrAdd((object?)Folder ?? Shape, _ => new Lazy<RandomModel>(
        () => Folder is null ? RandomModel.Create(Shape, seed: 100) : RandomModel.Read(Shape, Path.Combine(Folder, "model.safetensors")))).Value;

    /// <summary>Names of the tensors that are loaded. Files have others too: a pooler that no head uses, a decoder of which the encoder alone is taken.</summary>
    public IEnumerable<string> UsedTensors => Model.Tensors.Keys.Where(name => Folder is null || !IsUnused(name));

    /// <summary>The word table, by whatever name its architecture gives it.</summary>
    public Tensor Words => Model.Tensors.Single(pair => s_words.IsMatch(pair.Key)).Value;

    /// <summary>The encoder of a name, with a narrow word table if the name says so.</summary>
    public static EncoderCase Named(string name) => name.Split('.') is [string type, string format]
        ? Named(type).WithWordTable(Enum.Parse<WordTableFormat>(format))
        : All.Single(encoder => encoder.Name == name);

    public static EncoderCase Of<T>()
        where T : class, ILoadable<T> =>
        new(typeof(T), T.Load);

    public static EncoderCase Of(ArchitectureCase folder) => new(folder);

    /// <summary>The same whose instances hold the word table so.</summary>
    public EncoderCase WithWordTable(WordTableFormat format) => new(this, format);

    public override string ToString() => Name;

    private bool IsUnused(string name) => Shape.ModelType switch
    {
        nameof(ModelType.JinaBert) => Shape.Head != "SequenceClassification" && name.Contains("pooler.", StringComparison.Ordinal),
        nameof(ModelType.T5) => name.StartsWith("decoder.", StringComparison.Ordinal) || name == "lm_head.weight",
        _ => false,
    };

    private int Constant(string name) => (int)Type.GetField(name)!.GetRawConstantValue()!;

    /// <summary>GeluNew as config.json spells it: gelu_new.</summary>
    private static string ConfigName(string name)
    {
        StringBuilder text = new();
        foreach (char c in name)
        {
            text.Append(char.IsUpper(c) && text.Length > 0 ? "_" : "").Append(char.ToLowerInvariant(c));
        }

        return text.ToString();
    }
}
