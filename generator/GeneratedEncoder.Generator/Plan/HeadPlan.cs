using System.Collections.Immutable;
using GeneratedEncoder.Generator.Spec;

namespace GeneratedEncoder.Generator.Plan;

/// <summary>What stands on top of the layers. It takes rows of hidden states, a block at a time.</summary>
internal sealed record HeadPlan
{
    public required Head Head { get; init; }

    /// <summary>The layers, with their names in a model file.</summary>
    public required HeadBlock Block { get; init; }

    /// <summary>The dense layer and its activation; null where hidden states go straight to the classifier.</summary>
    public required LinearPlan? Dense { get; init; }

    /// <summary>The norm after the dense layer; null: there is none.</summary>
    public required NormPlan? Norm { get; init; }

    /// <summary>The product that gives the labels' logits; null where there are no labels.</summary>
    public required LinearPlan? Classifier { get; init; }

    /// <summary>What ends in the vocabulary's logits; null where nothing does.</summary>
    public required DecoderPlan? Decoder { get; init; }

    /// <summary>Rows of a block. What lies between the products then stays in the L2 cache.</summary>
    public required int BlockRows { get; init; }

    /// <summary>Whether the head looks at the first token only, so that the last layer need not finish the others.</summary>
    public bool TakesFirstToken => Head is Head.Pooler or Head.SequenceClassification && !TakesMean;

    /// <summary>Whether it looks at the mean of a text's tokens.</summary>
    public bool TakesMean => Block.TakesMean;

    /// <summary>The products, in the order of their use.</summary>
    public ImmutableArray<LinearPlan> Products => [.. new[] { Dense, Classifier }.OfType<LinearPlan>()];

    /// <summary>The head's plan; null for an encoder without one.</summary>
    public static HeadPlan? For(EncoderSpec spec, EncoderBlocks blocks)
    {
        if (blocks.Head is not { } head)
        {
            return null;
        }

        int hidden = Panel.RowStride(spec.HiddenSize);
        LinearPlan? dense = head.Dense is null ? null : LinearPlan.Of(
            head.Dense,
            spec.Head switch
            {
                Head.Pooler => "pooler",
                Head.MaskedLM => "prediction head's transform",
                _ => "classification head's dense layer",
            },
            head.Activation.ToString(), hidden, Panel.RowStride(head.Dense.Out), Epilogue.Activation, head.Activation);
        LinearPlan? classifier = head.Classifier is null ? null : LinearPlan.Of(head.Classifier, "classifier", "Bias", hidden, Panel.RowStride(spec.NumLabels), Epilogue.Bias);
        int widest = Math.Max(dense?.YStride ?? 0, classifier?.YStride ?? 0);
        return new HeadPlan
        {
            Head = spec.Head,
            Block = head,
            Dense = dense,
            Norm = NormPlan.For(head.Norm, spec.HiddenSize),
            Classifier = classifier,
            Decoder = head.Decoder is null ? null : DecoderPlan.For(spec, head.Decoder),
            BlockRows = Math.Min(PackPlan.TokensOf(spec), FeedForwardPlan.RowsInCache((long)widest * sizeof(float))),
        };
    }
}

/// <summary>The last product of a language model. Its weight [words, k] is the word table or lies in the file like it; it is read in blocks of words.</summary>
internal sealed record DecoderPlan
{
    /// <summary>Positions that meet a word's row together, so that it is loaded once for all of them.</summary>
    public const int Together = 4;

    /// <summary>Floats of a block of words: half of an L1 cache, and enough that reading costs little more than copying.</summary>
    private const int BlockFloats = 8192;

    /// <summary>Rows of the weight: the vocabulary.</summary>
    public required int Words { get; init; }

    /// <summary>Columns of the weight.</summary>
    public required int K { get; init; }

    /// <summary>Floats between rows of the decoder's input.</summary>
    public required int XStride { get; init; }

    /// <summary>Whether the weight is the word table.</summary>
    public required bool Tied { get; init; }

    public required bool HasBias { get; init; }

    /// <summary>Columns that vectors pass over; those past <see cref="K"/> are zero.</summary>
    public int Columns => Panel.Pad(K);

    /// <summary>Words of a block.</summary>
    public int BlockWords => Math.Min(Words, Math.Max(1, BlockFloats / Columns));

    public static DecoderPlan For(EncoderSpec spec, DecoderBlock block) => new()
    {
        Words = spec.VocabSize,
        K = spec.WordSize,
        XStride = Panel.RowStride(spec.WordSize),
        Tied = spec.TieWordEmbeddings,
        HasBias = block.Bias is not null,
    };
}
