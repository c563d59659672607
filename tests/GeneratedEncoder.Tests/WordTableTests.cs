using System.Runtime.CompilerServices;
using GeneratedEncoder.Oracles;
using GeneratedEncoder.Runtime;

namespace GeneratedEncoder.Tests;

/// <summary>Encoders whose word table is in memory in few bits, by <see cref="EncoderOptions.WordTable"/>.</summary>
[Collection(nameof(RunsAlone))]
public sealed class WordTableTests
{
    private static readonly WordTableFormat[] s_narrow = [WordTableFormat.BFloat16, WordTableFormat.Int8];

    /// <summary>Every classic encoder of tokens, and one or two of each newer architecture.</summary>
    public static TheoryData<string, WordTableFormat> Cases
    {
        get
        {
            string[] newer = [nameof(Modernbert), nameof(NomicGegluBiases), nameof(GteTypes), nameof(JinaCode), nameof(DebertaV3), nameof(T5Gated), nameof(GemmaEmbedding),
                nameof(OddGeluInt8), nameof(AlbertTwoGroupsInt8), nameof(MinilmBFloat16)];
            TheoryData<string, WordTableFormat> cases = [];
            foreach (string name in EncoderCase.Classic.Where(encoder => !encoder.TakesVectors && encoder.Name != nameof(LargeVocabulary)).Select(encoder => encoder.Name).Concat(newer))
            {
                Array.ForEach(s_narrow, format => cases.Add(name, format));
            }

            return cases;
        }
    }

    /// <summary>Those whose head multiplies by the word table.</summary>
    public static TheoryData<string, WordTableFormat> TiedCases
    {
        get
        {
            TheoryData<string, WordTableFormat> cases = [];
            foreach (string name in new[] { nameof(BertWords), nameof(RobertaWords), nameof(ElectraWords), nameof(AlbertWords), nameof(MpnetWords), nameof(LargeVocabulary) })
            {
                Array.ForEach(s_narrow, format => cases.Add(name, format));
            }

            return cases;
        }
    }

    [Fact]
    public void A_format_that_there_is_not_is_refused()
    {
        Assert.Equal(WordTableFormat.FromFile, new EncoderOptions().WordTable);

        ArgumentOutOfRangeException refusal = Assert.Throws<ArgumentOutOfRangeException>(nameof(EncoderOptions.WordTable), () => new EncoderOptions { WordTable = (WordTableFormat)3 });

        Assert.StartsWith("WordTable must be FromFile or BFloat16 or Int8, but is 3.", refusal.Message, StringComparison.Ordinal);
    }

    /// <summary>The layers start from the rounded rows, and nothing else is another: hidden states are those of a file whose word table was rounded before.</summary>
    [Theory]
    [MemberData(nameof(Cases))]
    public void Its_bits_are_those_of_a_table_that_was_rounded_before(string name, WordTableFormat format)
    {
        EncoderCase encoder = EncoderCase.Named(name);
        using Subject narrow = Subject.Load(encoder.WithWordTable(format)), rounded = Subject.Load(encoder, path => SaveRounded(encoder, format, path)), wide = Subject.Load(encoder);
        bool changes = false;
        foreach (int tokens in new[] { 1, 7, 33 })
        {
            Text text = Text.Random(encoder.Shape, (ulong)tokens, Math.Min(tokens, encoder.Shape.MaxTokens));

            Bits.AssertSame(rounded.Encode(text), narrow.Encode(text), $"{tokens} tokens.");
            Bits.AssertSame(rounded.Embed(text), narrow.Embed(text), $"{tokens} tokens.");
            changes |= !Bits.AreSame(wide.Encode(text), narrow.Encode(text));
        }

        // Some folders' models were of 16 bits once, and the norm of a single number is zero whatever it is.
        Assert.Equal(encoder.Shape.HiddenSize > 1 && !Bits.AreSame(encoder.Words.Values, Rounded(encoder.Words, format).Values), changes);
    }

    [Theory]
    [InlineData(nameof(OddGelu))]
    [InlineData(nameof(AlbertTwoGroups))]
    [InlineData(nameof(BertWords))]
    [InlineData(nameof(LargeVocabulary))]
    [InlineData(nameof(MinilmInt8))]
    [InlineData(nameof(T5Gated))]
    public void Of_a_BF16_file_16_bits_give_the_bits_of_the_file(string name)
    {
        EncoderCase encoder = EncoderCase.Named(name);
        using Subject narrow = Subject.Load(encoder.WithWordTable(WordTableFormat.BFloat16), path => Save(encoder, WeightType.BF16, path));
        using Subject wide = Subject.Load(encoder, path => Save(encoder, WeightType.BF16, path));
        Text text = Text.Random(encoder.Shape, seed: 9, Math.Min(19, encoder.Shape.MaxTokens));

        Bits.AssertSame(wide.Encode(text), narrow.Encode(text));
        if (wide.Head is { } head)
        {
            Bits.AssertSame(head.One(text), narrow.Head!.One(text));
        }
    }

    /// <summary>
    /// A tied head multiplies by the file's own values: it gives the logits of a file of the same words for the head and rounded ones for the embeddings, which an
    /// untied encoder of the same shape can read.
    /// </summary>
    [Theory]
    [InlineData(WordTableFormat.BFloat16)]
    [InlineData(WordTableFormat.Int8)]
    public void A_tied_head_multiplies_by_the_files_own_values(WordTableFormat format)
    {
        EncoderCase tied = EncoderCase.Of<TiedHead>(), untied = EncoderCase.Of<UntiedHead>();
        Tensor words = tied.Words;
        using Subject narrow = Subject.Load(tied.WithWordTable(format)), wide = Subject.Load(tied);
        using Subject expected = Subject.Load(untied, path =>
        {
            IEnumerable<(string, Tensor)> tensors = tied.Model.Tensors.Select(pair => (pair.Key, ReferenceEquals(pair.Value, words) ? Rounded(words, format) : pair.Value));
            SafetensorsWriter.Write(path, WeightType.F32, tensors.Append(("cls.predictions.decoder.weight", words)));
        });
        Text text = Text.Random(tied.Shape, seed: 4, tokens: 11);

        Bits.AssertSame(expected.Head!.One(text), narrow.Head!.One(text));
        Assert.False(Bits.AreSame(wide.Head!.One(text), narrow.Head!.One(text)), "The words were not rounded.");
    }

    [Theory]
    [MemberData(nameof(TiedCases))]
    public void Predictions_are_close_to_those_of_the_file(string name, WordTableFormat format)
    {
        EncoderCase encoder = EncoderCase.Named(name);
        using Subject narrow = Subject.Load(encoder.WithWordTable(format)), wide = Subject.Load(encoder);
        Text text = Text.Random(encoder.Shape, seed: 5, tokens: 9);
        float[] expected = wide.Head!.One(text), actual = narrow.Head!.One(text);

        double error = Math.Sqrt(expected.Zip(actual, (one, other) => Math.Pow((double)one - other, 2)).Sum() / expected.Sum(logit => Math.Pow(logit, 2)));

        Assert.InRange(error, 1e-7, 0.02);
    }

    [Theory]
    [InlineData(WeightType.F32)]
    [InlineData(WeightType.F16)]
    [InlineData(WeightType.BF16)]
    public void From_memory_and_streams_as_from_the_file(WeightType type)
    {
        EncoderCase encoder = EncoderCase.Of<OddGelu>();
        byte[] bytes = SafetensorsImage.Of(encoder.Model, type).ToBytes();
        foreach (WordTableFormat format in s_narrow)
        {
            EncoderOptions options = new() { WordTable = format };
            using Subject expected = Subject.Load(encoder.WithWordTable(format), path => File.WriteAllBytes(path, bytes));
            Text text = Text.Random(encoder.Shape, seed: 1, tokens: 9);
            foreach (OddGelu loaded in new[]
            {
                OddGelu.Load(bytes, options), OddGelu.Load(new MemoryStream(bytes), options),
                OddGelu.Load(new Dictionary<string, ReadOnlyMemory<byte>> { ["model.safetensors"] = bytes }, options),
            })
            {
                using OddGelu instance = loaded;
                float[] hidden = new float[text.Tokens * OddGelu.HiddenSize];
                instance.Encode(text.Ids, text.TypeIds, hidden);

                Bits.AssertSame(expected.Encode(text), hidden);
            }
        }
    }

    /// <summary>What was packed and converted has no need of the bytes, and whoever gave them may have the memory back.</summary>
    [Theory]
    [InlineData(WordTableFormat.FromFile, true)]
    [InlineData(WordTableFormat.BFloat16, false)]
    [InlineData(WordTableFormat.Int8, false)]
    public void A_models_memory_is_let_go(WordTableFormat format, bool isKept)
    {
        using IDisposable encoder = LoadAndForget(format, out WeakReference bytes);
        GC.Collect();

        Assert.Equal(isKept, bytes.IsAlive);
        GC.KeepAlive(encoder);
    }

    [SkippableTheory]
    [InlineData(nameof(OddGelu), WordTableFormat.FromFile, WeightType.F32, true)]
    [InlineData(nameof(OddGelu), WordTableFormat.BFloat16, WeightType.F32, false)]
    [InlineData(nameof(OddGelu), WordTableFormat.Int8, WeightType.F16, false)]
    [InlineData(nameof(BertWords), WordTableFormat.Int8, WeightType.F32, true)]
    [InlineData(nameof(BertWords), WordTableFormat.BFloat16, WeightType.F32, true)]
    [InlineData(nameof(BertWords), WordTableFormat.BFloat16, WeightType.BF16, false)]
    [InlineData(nameof(BertWordsUntied), WordTableFormat.Int8, WeightType.F32, false)]
    public void The_file_stays_open_only_where_calls_read_from_it(string name, WordTableFormat format, WeightType type, bool isOpen)
    {
        Skip.IfNot(OpenFiles.AreKnown, "This system does not list what a process has open.");
        EncoderCase encoder = EncoderCase.Named(name);
        using Subject subject = Subject.Load(encoder.WithWordTable(format), path => encoder.Model.Save(path, type));

        Assert.Equal(isOpen, OpenFiles.Contain(subject.Path));
        Assert.All(EntryPoint.All(subject, encoder, tokens: 5), entry => entry.Call());
    }

    /// <summary>All but a block of a load: there are never as many floats as the table has.</summary>
    [Fact]
    public void A_large_table_is_converted_block_by_block()
    {
        using TempFolder folder = new();
        EncoderCase.Of<LargeVocabulary>().Model.Save(folder["model.safetensors"]);
        long table = 4L * LargeVocabulary.VocabSize * LargeVocabulary.HiddenSize;
        Assert.True(table > EmbeddingTable.MostBytesInMemory);
        LargeVocabulary.Load(folder["model.safetensors"], new EncoderOptions { WordTable = WordTableFormat.Int8 }).Dispose();

        long before = GC.GetTotalAllocatedBytes(precise: true);
        LargeVocabulary.Load(folder["model.safetensors"], new EncoderOptions { WordTable = WordTableFormat.Int8 }).Dispose();

        Assert.InRange(GC.GetTotalAllocatedBytes(precise: true) - before, 1, table / 8);
    }

    /// <summary>Beside weights and a workspace there is one block more, of the size that EncoderInfo says, and Dispose gives all back.</summary>
    [Theory]
    [InlineData(WordTableFormat.FromFile)]
    [InlineData(WordTableFormat.BFloat16)]
    [InlineData(WordTableFormat.Int8)]
    public void Its_memory_is_what_the_info_says_and_is_given_back(WordTableFormat format)
    {
        EncoderCase encoder = EncoderCase.Of<AlbertTwoGroups>();
        (Func<long, nint> take, Action<nint, long> giveBack) = AlignedMemory.Source;
        List<long> taken = [], given = [];
        AlignedMemory.Source = (
            bytes =>
            {
                taken.Add(bytes);
                return take(bytes);
            },
            (start, bytes) =>
            {
                given.Add(bytes);
                giveBack(start, bytes);
            });
        try
        {
            using Subject subject = Subject.Load(encoder, new EncoderOptions { WordTable = format });
            EncoderInfo info = ((ITransformerEncoder)subject.Encoder).Info;
            subject.Embed(Text.Random(encoder.Shape, seed: 1, tokens: 3));

            long[] expected = [info.WeightBytes, info.WorkspaceBytes, .. format == WordTableFormat.FromFile ? [] : new[] { info.WordTableBytes(format) }];
            Assert.Equal(expected, taken);
            Assert.Empty(given);
            subject.Encoder.Dispose();
            Assert.Equal(expected.Order(), given.Order());
        }
        finally
        {
            AlignedMemory.Source = (take, giveBack);
        }
    }

    [Fact]
    public void The_info_knows_bytes_of_every_format()
    {
        EncoderInfo multilingual = new() { Name = "multilingual", HiddenSize = 384, MaxTokens = 512, VocabSize = 250_002 }, small = multilingual with { VocabSize = 1000, EmbeddingSize = 100 };

        Assert.Equal((0, 250_002 * 768, 250_002 * 408), BytesOf(multilingual));
        Assert.Equal((400_000, 200_000, 108_000), BytesOf(small));
        Assert.Equal((0, 0, 0), BytesOf(multilingual with { VocabSize = 0 }));
        Assert.Throws<ArgumentOutOfRangeException>(() => small.WordTableBytes((WordTableFormat)3));

        static (long, long, long) BytesOf(EncoderInfo info) =>
            (info.WordTableBytes(WordTableFormat.FromFile), info.WordTableBytes(WordTableFormat.BFloat16), info.WordTableBytes(WordTableFormat.Int8));
    }

    [Fact]
    public void An_encoder_of_vectors_has_no_word_table()
    {
        EncoderCase encoder = EncoderCase.Of<OddVectors>();
        using Subject narrow = Subject.Load(encoder, new EncoderOptions { WordTable = WordTableFormat.Int8 }), wide = Subject.Load(encoder);
        Text text = Text.Random(encoder.Shape, seed: 1, tokens: 5);

        Bits.AssertSame(wide.Encode(text), narrow.Encode(text));
    }

    /// <summary>The table is no part of them, whatever it is.</summary>
    [Fact]
    public void Kept_weights_serve_every_format()
    {
        using TempFolder cache = new();
        EncoderCase encoder = EncoderCase.Of<OddGelu>();
        using TempFolder folder = new();
        encoder.Model.Save(folder["model.safetensors"]);
        Text text = Text.Random(encoder.Shape, seed: 1, tokens: 9);
        byte[]? kept = null;
        foreach (WordTableFormat format in Enum.GetValues<WordTableFormat>().SelectMany(format => new[] { format, format }))
        {
            using Subject expected = Subject.Load(encoder.WithWordTable(format));
            using OddGelu actual = OddGelu.Load(folder["model.safetensors"], new EncoderOptions { WordTable = format, PackedWeightsCache = cache["kept"] });
            float[] hidden = new float[text.Tokens * OddGelu.HiddenSize];
            actual.Encode(text.Ids, text.TypeIds, hidden);

            Bits.AssertSame(expected.Encode(text), hidden);
            byte[] file = File.ReadAllBytes(Directory.GetFiles(cache["kept"]).Single());
            Assert.Equal(kept ?? file, file);
            kept = file;
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static OddGelu LoadAndForget(WordTableFormat format, out WeakReference memory)
    {
        byte[] bytes = SafetensorsImage.Of(EncoderCase.Of<OddGelu>().Model).ToBytes();
        memory = new WeakReference(bytes);
        return OddGelu.Load(bytes, new EncoderOptions { WordTable = format });
    }

    private static void SaveRounded(EncoderCase encoder, WordTableFormat format, string path)
    {
        Tensor words = encoder.Words;
        Tensor rounded = Rounded(words, format);
        Write(encoder, WeightType.F32, path, tensor => ReferenceEquals(tensor, words) ? rounded : tensor);
    }

    private static void Save(EncoderCase encoder, WeightType type, string path) => Write(encoder, type, path, tensor => tensor);

    private static void Write(EncoderCase encoder, WeightType type, string path, Func<Tensor, Tensor> change) =>
        SafetensorsWriter.Write(path, type, encoder.Model.Tensors.Select(pair => (pair.Key, change(pair.Value))));

    private static Tensor Rounded(Tensor words, WordTableFormat format) => words with
    {
        Values = [.. words.Values.Chunk(words.Shape[1]).SelectMany(row =>
            format == WordTableFormat.Int8 ? NarrowRowTests.PlainInt8(row) : Array.ConvertAll(row, NarrowRowTests.PlainBFloat16))],
    };
}

/// <summary>A head that multiplies by the word table.</summary>
[TransformerEncoder(
    HiddenSize = 52, NumHiddenLayers = 2, NumAttentionHeads = 4, IntermediateSize = 77,
    MaxPositionEmbeddings = 37, VocabSize = 61, TypeVocabSize = 2, HiddenAct = HiddenAct.Gelu, Head = Head.MaskedLM)]
internal sealed partial class TiedHead : ILoadable<TiedHead>, ITypedEncoder, IPredictsTyped;

/// <summary>The same with a weight of its own.</summary>
[TransformerEncoder(
    HiddenSize = 52, NumHiddenLayers = 2, NumAttentionHeads = 4, IntermediateSize = 77,
    MaxPositionEmbeddings = 37, VocabSize = 61, TypeVocabSize = 2, HiddenAct = HiddenAct.Gelu, Head = Head.MaskedLM, TieWordEmbeddings = false)]
internal sealed partial class UntiedHead : ILoadable<UntiedHead>, ITypedEncoder, IPredictsTyped;
