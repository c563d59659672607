using GeneratedEncoder.Runtime;

namespace GeneratedEncoder.Text;

/// <summary>Opens pipelines: a tokenizer, an encoder, and what follows.</summary>
public static class EncoderPipeline
{
#pragma warning disable RS0026 // The overloads' first parameters tell them apart.
    /// <summary>Loads a model folder: weights and tokenizer.</summary>
    /// <typeparam name="T">The generated encoder.</typeparam>
    /// <param name="folder">
    /// The folder; where it is null, <see cref="EncoderPipelineOptions.ModelFolder"/>, or else the one that the build copied beside the application
    /// (<see cref="EncoderInfo.Folder"/>).
    /// </param>
    /// <param name="options">How to read texts; the defaults if null.</param>
    /// <exception cref="IOException">A file or the folder isn't there; the message says which.</exception>
    /// <exception cref="InvalidDataException">A file is not what it should be, or the folder is not of the model that the class was compiled from.</exception>
    /// <exception cref="NotSupportedException">The tokenizer does something that this library can't.</exception>
    public static EncoderPipeline<T> Load<T>(string? folder = null, EncoderPipelineOptions? options = null)
        where T : ITransformerEncoder<T>
    {
        options ??= new EncoderPipelineOptions();
        folder ??= options.ModelFolder ?? (T.ModelInfo.Folder is { } copied
            ? ModelFiles.InApplication(copied)
            : throw new ArgumentNullException(
                nameof(folder), $"{T.ModelInfo.Name} was not made from a model folder, so the folder with its weights and tokenizer has to be named."));
        TextTokenizer tokenizer = TextTokenizer.Load(folder);
        CheckWeights(folder);
        return Create(T.Load(folder, options.Encoder), tokenizer, ModelSource.OnDisk(folder), options);
    }

    /// <summary>Loads a model folder's files from memory, with the same checks: for resources, assets and browsers.</summary>
    /// <typeparam name="T">The generated encoder.</typeparam>
    /// <param name="files">
    /// Each file's bytes by its path in the folder, with slashes: "model.safetensors", "tokenizer.json", "config.json", "1_Pooling/config.json". The weights' are not
    /// copied, and must not change until the pipeline is disposed.
    /// </param>
    /// <param name="options">How to read texts; the defaults if null.</param>
    /// <exception cref="FileNotFoundException">A file is missing; the message says which.</exception>
    /// <exception cref="InvalidDataException">A file is not what it should be, or they are not of the model that the class was compiled from.</exception>
    /// <exception cref="NotSupportedException">The tokenizer does something that this library can't.</exception>
    public static EncoderPipeline<T> Load<T>(IReadOnlyDictionary<string, ReadOnlyMemory<byte>> files, EncoderPipelineOptions? options = null)
        where T : ITransformerEncoder<T>
    {
        options ??= new EncoderPipelineOptions();
        TextTokenizer tokenizer = TextTokenizer.Load(files);
        return Create(T.Load(files, options.Encoder), tokenizer, ModelSource.InMemory(files), options);
    }

#pragma warning restore RS0026
    private static EncoderPipeline<T> Create<T>(T encoder, TextTokenizer tokenizer, ModelSource source, EncoderPipelineOptions options)
        where T : ITransformerEncoder<T>
    {
        try
        {
            EmbeddingDimensions? dimensions = options.MatryoshkaDimensions is null ? EmbeddingDimensions.Read(source, encoder.Info) : null;
            EmbeddingSimilarity similarity = options.Similarity ?? SimilarityFile.Read(source);
            return new EncoderPipeline<T>(encoder, tokenizer, options, dimensions, similarity);
        }
        catch
        {
            encoder.Dispose();
            throw;
        }
    }

    /// <summary>The same, without blocking the caller's thread.</summary>
    /// <typeparam name="T">The generated encoder.</typeparam>
    /// <param name="folder">
    /// The folder; where it is null, <see cref="EncoderPipelineOptions.ModelFolder"/>, or else the one that the build copied beside the application
    /// (<see cref="EncoderInfo.Folder"/>).
    /// </param>
    /// <param name="options">How to read texts; the defaults if null.</param>
    /// <param name="cancellationToken">Ends the wait; a model whose loading has begun is loaded, and freed at once.</param>
    /// <exception cref="IOException">A file or the folder isn't there; the message says which.</exception>
    /// <exception cref="InvalidDataException">A file is not what it should be, or the folder is not of the model that the class was compiled from.</exception>
    /// <exception cref="NotSupportedException">The tokenizer does something that this library can't.</exception>
    /// <exception cref="OperationCanceledException">The call was cancelled.</exception>
    public static async Task<EncoderPipeline<T>> LoadAsync<T>(string? folder = null, EncoderPipelineOptions? options = null, CancellationToken cancellationToken = default)
        where T : ITransformerEncoder<T>
    {
        cancellationToken.ThrowIfCancellationRequested();

        // A thread of its own: it takes as long as a large file does.
        Task<EncoderPipeline<T>> loading = Task.Factory.StartNew(
            () => Load<T>(folder, options), CancellationToken.None, TaskCreationOptions.LongRunning | TaskCreationOptions.DenyChildAttach, TaskScheduler.Default);
        try
        {
            return await loading.WaitAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            _ = loading.ContinueWith(
                static late => late.Result.Dispose(), CancellationToken.None, TaskContinuationOptions.OnlyOnRanToCompletion | TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
            throw;
        }
    }

    private static void CheckWeights(string folder)
    {
        string[] names = ["model.safetensors", "model.safetensors.index.json"];
        if (Array.Exists(names, name => File.Exists(Path.Combine(folder, name))))
        {
            return;
        }

        string hint = File.Exists(Path.Combine(folder, "pytorch_model.bin"))
            ? " It has pytorch_model.bin, which is not read, since opening such a file can run any code; most models have a model.safetensors as well."
            : "";
        throw new FileNotFoundException($"The folder '{Path.GetFullPath(folder)}' has no weights: neither {string.Join(" nor ", names)}.{hint}", Path.Combine(folder, names[0]));
    }
}
