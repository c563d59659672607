using System.Collections.Concurrent;
using System.Reflection;
using System.Text;
using GeneratedEncoder.Oracles;

namespace GeneratedEncoder.Tests;

/// <summary>One of the encoders in Encoders.cs: what its attribute says, and random weights that fit.</summary>
internal sealed class EncoderCase
{
    private static readonly ConcurrentDictionary<string, Lazy<RandomModel>> s_models = new();

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

    /// <summary>All of them.</summary>
    public static IReadOnlyList<EncoderCase> All { get; } =
    [
        Of<NiceGelu>(), Of<NiceReluUntyped>(), Of<OddGelu>(), Of<OddSiluRoberta>(), Of<OddGeluNewPrenorm>(), Of<OddVectors>(),
        Of<OddVectorsPrenorm>(), Of<HeadsOf25>(), Of<Minilm>(), Of<Roberta>(), Of<Distilbert>(), Of<Mpnet>(),
        Of<ElectraNarrow>(), Of<ElectraEven>(), Of<AlbertTwoGroups>(), Of<AlbertOneGroup>(), Of<AlbertEven>(),
        Of<OddReluPrenorm>(), Of<HeadsOf1>(), Of<WidePrenorm>(), Of<BertTinyLayers>(), Of<HeadsOf128>(), Of<OneHeadOf17>(), Of<Tiny>(),
        Of<Smallest>(), Of<WideFirstToken>(), Of<WideMpnet>(), Of<WideEmbeddings>(),
        .. HeadEncoders.All,
    ];

    /// <summary>Their names, as test data.</summary>
    public static TheoryData<string> Names => [.. All.Select(encoder => encoder.Name)];

    /// <summary>Names of those with heads.</summary>
    public static TheoryData<string> HeadNames => [.. HeadEncoders.All.Select(encoder => encoder.Name)];

    /// <summary>Names of those that take vectors.</summary>
    public static TheoryData<string> VectorNames => [.. All.Where(encoder => encoder.TakesVectors).Select(encoder => encoder.Name)];

    public Type Type { get; }

    public string Name => Type.Name;

    public TransformerEncoderAttribute Attribute { get; }

    /// <summary>The attribute in the oracles' words.</summary>
    public EncoderShape Shape { get; }

    public bool TakesVectors => Attribute.VocabSize == 0;

    /// <summary>The class's Load.</summary>
    public Func<string, EncoderOptions?, IDisposable> Load { get; }

    /// <summary>Random weights, made once and shared: nobody writes to them.</summary>
    public RandomModel Model => s_models.GetOrAdd(Name, _ => new Lazy<RandomModel>(() => RandomModel.Create(Shape, seed: 100))).Value;

    public static EncoderCase Named(string name) => All.Single(encoder => encoder.Name == name);

    public static EncoderCase Of<T>()
        where T : class, ILoadable<T> =>
        new(typeof(T), T.Load);

    public override string ToString() => Name;

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
