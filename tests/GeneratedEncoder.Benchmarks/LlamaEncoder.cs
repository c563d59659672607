using System.Diagnostics;
using System.Reflection;
using LLama;
using LLama.Common;
using LLama.Native;

namespace GeneratedEncoder.Benchmarks;

/// <summary>llama.cpp's encoder in this process, from a GGUF file: token ids in, the last hidden state out.</summary>
internal sealed class LlamaEncoder : IDisposable
{
    private static readonly Lazy<string?> s_whyNot = new(Probe);

    private readonly LLamaWeights _weights;
    private readonly LLamaContext _context;
    private readonly LLamaBatch _batch = new();
    private readonly int _width;

    private LlamaEncoder(string path, int threads)
    {
        ModelParams parameters = new(path)
        {
            Threads = threads,
            BatchThreads = threads,
            GpuLayerCount = 0,
            Embeddings = true,
            PoolingType = LLamaPoolingType.None,
        };
        _weights = LLamaWeights.LoadFromFile(parameters);
        // A text goes through in one piece: attention looks at all of it.
        uint longest = (uint)_weights.ContextSize;
        _width = _weights.EmbeddingSize;
        parameters.ContextSize = longest;
        parameters.BatchSize = longest;
        parameters.UBatchSize = longest;
        _context = _weights.CreateContext(parameters);
    }

    /// <summary>Why llama.cpp can't be had on this machine; null where it can.</summary>
    public static string? WhyNot => s_whyNot.Value;

    /// <summary>Where it comes from and which of its libraries was loaded, or why none was.</summary>
    public static string Description => WhyNot is { } reason ? $"not measured, it can't be loaded here: {reason}" : $"LLamaSharp {Version}, its library {Library()}";

    /// <summary>The package's, which its assembly doesn't know; the project file writes it into ours.</summary>
    private static string Version => typeof(LlamaEncoder).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(data => data.Key == "LLamaSharp").Value!;

    /// <summary>Opens a file that the oracles wrote.</summary>
    public static LlamaEncoder Open(string path, int threads) =>
        WhyNot is null ? new(path, threads) : throw new UsageException($"llama.cpp can't be loaded here: {WhyNot}");

    /// <summary>Encodes one text, all segment ids 0.</summary>
    public void Encode(ReadOnlySpan<int> ids, Span<float> hidden)
    {
        _batch.Clear();
        for (int i = 0; i < ids.Length; i++)
        {
            _batch.Add(ids[i], i, LLamaSeqId.Zero, logits: true);
        }

        if (_context.NativeHandle.Encode(_batch) is var result and not 0)
        {
            throw new InvalidOperationException($"llama.cpp's llama_encode gave {result} for {ids.Length} tokens.");
        }

        for (int i = 0; i < ids.Length; i++)
        {
            _context.NativeHandle.GetEmbeddingsIth(i).CopyTo(hidden[(i * _width)..]);
        }
    }

    /// <summary>Frees context and weights.</summary>
    public void Dispose()
    {
        _context.Dispose();
        _weights.Dispose();
    }

    /// <summary>The folder, which names the instruction set, and the file.</summary>
    private static string Library()
    {
        using Process process = Process.GetCurrentProcess();
        return process.Modules.Cast<ProcessModule>().FirstOrDefault(module => Path.GetFileNameWithoutExtension(module.FileName) is "libllama" or "llama") is { } module
            ? Path.GetRelativePath(AppContext.BaseDirectory, module.FileName)
            : "of unknown place";
    }

    /// <summary>Loads the native library, which says much that isn't wanted between a table's rows.</summary>
    private static string? Probe()
    {
        try
        {
            NativeLibraryConfig.All.WithLogCallback((_, _) => { });
            NativeApi.llama_empty_call();
            return null;
        }
        catch (Exception e) when (e is TypeInitializationException or DllNotFoundException or BadImageFormatException or LLama.Exceptions.RuntimeError or PlatformNotSupportedException)
        {
            Exception innermost = e.GetBaseException();
            // Of the package's page of advice the first sentence.
            return $"{innermost.GetType().Name}: {innermost.Message.ReplaceLineEndings(" ").Split(". ", 2)[0]}";
        }
    }
}
