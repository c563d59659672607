using System.Collections.Concurrent;

namespace GeneratedEncoder.Text.Tests;

/// <summary>The embedder with a door before it: packs wait there until they are let through, and are written down.</summary>
internal sealed class GatedEmbedder(Embedder encoder) : ITransformerEncoder<GatedEmbedder>
{
    private readonly SemaphoreSlim _door = new(0), _arrived = new(0);
    private int _inside;

    public static EncoderInfo ModelInfo { get; } = InfoOf<Embedder>() with { Name = "gated" };

    public EncoderInfo Info => ModelInfo;

    /// <summary>The lengths of the texts of each pack, in the order in which they came.</summary>
    public ConcurrentQueue<int[]> Packs { get; } = [];

    /// <summary>Texts that came.</summary>
    public int Texts => Packs.Sum(pack => pack.Length);

    /// <summary>The most packs that were there at a time.</summary>
    public int MostInside { get; private set; }

    /// <summary>Throws where a pack has such a text.</summary>
    public Predicate<int>? Refuses { get; set; }

    public static GatedEmbedder Load(string path, EncoderOptions? options = null) => new(Embedder.Load(path, options));

    /// <summary>A pipeline with such an encoder, on so many threads.</summary>
    public static EncoderPipeline<GatedEmbedder> Pipeline(TinyModel model, int threads = 1, Action<EncoderPipelineOptions>? configure = null)
    {
        EncoderPipelineOptions options = new();
        options.Encoder.MaxConcurrentCalls = threads;
        configure?.Invoke(options);
        return new EncoderPipeline<GatedEmbedder>(Load(Path.Combine(model.Folder, "model.safetensors")), TextTokenizer.Load(model.Folder), options);
    }

    /// <summary>Waits for so many packs to stand before the door.</summary>
    public async Task ArrivedAsync(int packs = 1)
    {
        for (int i = 0; i < packs; i++)
        {
            Assert.True(await _arrived.WaitAsync(Soon.Limit), "No pack came.");
        }
    }

    /// <summary>Lets so many packs through, now or later.</summary>
    public void Open(int packs = 1_000_000) => _door.Release(packs);

    public void EmbedBatch(ReadOnlySpan<int> inputIds, ReadOnlySpan<int> tokenTypeIds, ReadOnlySpan<int> lengths, Span<float> embeddings)
    {
        Packs.Enqueue(lengths.ToArray());
        lock (_door)
        {
            MostInside = Math.Max(MostInside, ++_inside);
        }

        _arrived.Release();
        _door.Wait();
        lock (_door)
        {
            _inside--;
        }

        foreach (int length in lengths)
        {
            if (Refuses?.Invoke(length) == true)
            {
                throw new InvalidDataException($"Refused: a text of {length} tokens.");
            }
        }

        ((ITransformerEncoder)encoder).EmbedBatch(inputIds, tokenTypeIds, lengths, embeddings);
    }

    public void Embed(ReadOnlySpan<int> inputIds, ReadOnlySpan<int> tokenTypeIds, Span<float> embedding) =>
        ((ITransformerEncoder)encoder).Embed(inputIds, tokenTypeIds, embedding);

    public void Encode(ReadOnlySpan<int> inputIds, ReadOnlySpan<int> tokenTypeIds, Span<float> lastHiddenState) => throw new NotSupportedException();

    public void EncodeBatch(ReadOnlySpan<int> inputIds, ReadOnlySpan<int> tokenTypeIds, ReadOnlySpan<int> lengths, Span<float> lastHiddenState) => throw new NotSupportedException();

    public void Attend(ReadOnlySpan<int> inputIds, ReadOnlySpan<int> tokenTypeIds, Span<float> lastHiddenState, Span<float> attentions) => throw new NotSupportedException();

    public void Dispose() => encoder.Dispose();

    private static EncoderInfo InfoOf<T>()
        where T : ITransformerEncoder<T> => T.ModelInfo;
}

/// <summary>What must come comes soon; a test that waits longer has found that it doesn't.</summary>
internal static class Soon
{
    /// <summary>Long enough for a machine that is busy with other work.</summary>
    public static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    public static Task Soonest(this Task task) => task.WaitAsync(Limit);

    public static Task<T> Soonest<T>(this Task<T> task) => task.WaitAsync(Limit);
}
