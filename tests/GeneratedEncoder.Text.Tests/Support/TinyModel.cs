using GeneratedEncoder.Oracles;

namespace GeneratedEncoder.Text.Tests;

/// <summary>A model folder as a user has it: random weights, and the tokenizer of goldens/uncased. Gone when the test is.</summary>
internal sealed class TinyModel : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("generated-encoder-");

    private TinyModel()
    {
    }

    /// <summary>The folder.</summary>
    public string Folder => _folder.FullName;

    /// <summary>A folder for a tiny encoder.</summary>
    public static TinyModel For<T>()
        where T : ITransformerEncoder<T>
    {
        EncoderInfo info = T.ModelInfo;
        TinyModel model = new();
        RandomModel.Create(
            new EncoderShape
            {
                HiddenSize = info.HiddenSize,
                NumHiddenLayers = 2,
                NumAttentionHeads = 2,
                IntermediateSize = 48,
                MaxPositionEmbeddings = info.MaxTokens,
                VocabSize = info.VocabSize,
                TypeVocabSize = info.TypeVocabSize,
                Head = $"{info.Head}",
                NumLabels = info.NumLabels,
            },
            seed: 7).Save(Path.Combine(model.Folder, "model.safetensors"));
        File.Copy(Path.Combine(TokenGolden.Folder, "uncased", "tokenizer.json"), Path.Combine(model.Folder, "tokenizer.json"));
        return model;
    }

    /// <summary>Loads it.</summary>
    public EncoderPipeline<T> Load<T>(EncoderPipelineOptions? options = null)
        where T : ITransformerEncoder<T> => EncoderPipeline.Load<T>(Folder, options);

    public void Dispose() => _folder.Delete(recursive: true);
}
