using GeneratedEncoder.Oracles;

namespace GeneratedEncoder.Tests;

/// <summary>A loaded encoder, and one way to call it whatever it takes. The calls allocate nothing that the encoder doesn't.</summary>
internal sealed class Subject : IDisposable
{
    private readonly TempFolder _folder = new();
    private readonly EncoderShape _shape;
    private readonly int _embeddingDimension;

    private Subject(EncoderCase encoder, Action<string> save, EncoderOptions? options)
    {
        _shape = encoder.Shape;
        _embeddingDimension = encoder.EmbeddingDimension;
        try
        {
            if (encoder.Folder is { } folder)
            {
                CopyRest(folder, _folder[""]);
            }

            save(_folder["model.safetensors"]);
            Encoder = encoder.Load(_folder["model.safetensors"], options);
            Head = _shape.Head == "None" ? null : new HeadCall(Encoder, _shape);
        }
        catch
        {
            _folder.Dispose();
            throw;
        }
    }

    /// <summary>The instance itself.</summary>
    public IDisposable Encoder { get; }

    /// <summary>The file that it was loaded from.</summary>
    public string Path => _folder["model.safetensors"];

    /// <summary>Its head; null if it has none.</summary>
    public HeadCall? Head { get; }

    public static Subject Load(EncoderCase encoder, EncoderOptions? options = null) => Load(encoder, encoder.Model, options);

    public static Subject Load(EncoderCase encoder, RandomModel model, EncoderOptions? options = null) =>
        new(encoder, path => model.Save(path), options);

    /// <summary>Loads what <paramref name="save"/> writes to the path it is given.</summary>
    public static Subject Load(EncoderCase encoder, Action<string> save, EncoderOptions? options = null) => new(encoder, save, options);

    public void Dispose()
    {
        Encoder.Dispose();
        _folder.Dispose();
    }

    /// <summary>What a model folder has beside the model's own weights: configs, and its modules' weights.</summary>
    private static void CopyRest(string folder, string to)
    {
        foreach (string file in Directory.GetFiles(folder, "*", SearchOption.AllDirectories))
        {
            string name = System.IO.Path.GetRelativePath(folder, file), path = System.IO.Path.Combine(to, name);
            if (name is not ("model.safetensors" or "expected.json"))
            {
                Directory.CreateDirectory(System.IO.Path.GetDirectoryName(path)!);
                File.Copy(file, path);
            }
        }
    }

    public float[] HiddenBuffer(Text text) => new float[text.Tokens * _shape.HiddenSize];

    public float[] EmbeddingBuffer(Text text) => new float[text.Lengths.Length * _embeddingDimension];

    public float[] AttentionBuffer(Text text) => new float[_shape.NumHiddenLayers * _shape.NumAttentionHeads * text.Tokens * text.Tokens];

    public float[] Encode(Text text)
    {
        float[] hidden = HiddenBuffer(text);
        Encode(text, hidden);
        return hidden;
    }

    public float[] Embed(Text text)
    {
        float[] embedding = EmbeddingBuffer(text);
        Embed(text, embedding);
        return embedding;
    }

    public float[] EncodeBatch(Text texts)
    {
        float[] hidden = HiddenBuffer(texts);
        EncodeBatch(texts, hidden);
        return hidden;
    }

    public float[] EmbedBatch(Text texts)
    {
        float[] embeddings = EmbeddingBuffer(texts);
        EmbedBatch(texts, embeddings);
        return embeddings;
    }

    public (float[] Hidden, float[] Attentions) Attend(Text text)
    {
        float[] hidden = HiddenBuffer(text), attentions = AttentionBuffer(text);
        Attend(text, hidden, attentions);
        return (hidden, attentions);
    }

    public void Encode(Text text, Span<float> hidden) => Encode(text.Spans, hidden);

    public void Encode(TextSpans text, Span<float> hidden)
    {
        switch (Encoder)
        {
            case IVectorEncoder encoder: encoder.Encode(text.Vectors, hidden); break;
            case ITypedEncoder encoder when text.HasTypes: encoder.Encode(text.Ids, text.TypeIds, hidden); break;
            case ITokenEncoder encoder: encoder.Encode(text.Ids, hidden); break;
        }
    }

    public void Embed(Text text, Span<float> embedding) => Embed(text.Spans, embedding);

    public void Embed(TextSpans text, Span<float> embedding)
    {
        switch (Encoder)
        {
            case IVectorEncoder encoder: encoder.Embed(text.Vectors, embedding); break;
            case ITypedEncoder encoder when text.HasTypes: encoder.Embed(text.Ids, text.TypeIds, embedding); break;
            case ITokenEncoder encoder: encoder.Embed(text.Ids, embedding); break;
        }
    }

    public void EncodeBatch(Text texts, Span<float> hidden) => EncodeBatch(texts.Spans, hidden);

    public void EncodeBatch(TextSpans texts, Span<float> hidden)
    {
        switch (Encoder)
        {
            case IVectorEncoder encoder: encoder.EncodeBatch(texts.Vectors, texts.Lengths, hidden); break;
            case ITypedEncoder encoder when texts.HasTypes: encoder.EncodeBatch(texts.Ids, texts.TypeIds, texts.Lengths, hidden); break;
            case ITokenEncoder encoder: encoder.EncodeBatch(texts.Ids, texts.Lengths, hidden); break;
        }
    }

    public void EmbedBatch(Text texts, Span<float> embeddings) => EmbedBatch(texts.Spans, embeddings);

    public void EmbedBatch(TextSpans texts, Span<float> embeddings)
    {
        switch (Encoder)
        {
            case IVectorEncoder encoder: encoder.EmbedBatch(texts.Vectors, texts.Lengths, embeddings); break;
            case ITypedEncoder encoder when texts.HasTypes: encoder.EmbedBatch(texts.Ids, texts.TypeIds, texts.Lengths, embeddings); break;
            case ITokenEncoder encoder: encoder.EmbedBatch(texts.Ids, texts.Lengths, embeddings); break;
        }
    }

    public void Attend(Text text, Span<float> hidden, Span<float> attentions) => Attend(text.Spans, hidden, attentions);

    public void Attend(TextSpans text, Span<float> hidden, Span<float> attentions)
    {
        switch (Encoder)
        {
            case IVectorEncoder encoder: encoder.Attend(text.Vectors, hidden, attentions); break;
            case ITypedEncoder encoder when text.HasTypes: encoder.Attend(text.Ids, text.TypeIds, hidden, attentions); break;
            case ITokenEncoder encoder: encoder.Attend(text.Ids, hidden, attentions); break;
        }
    }
}
