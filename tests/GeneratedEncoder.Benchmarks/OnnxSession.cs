using Microsoft.ML.OnnxRuntime;

namespace GeneratedEncoder.Benchmarks;

/// <summary>An encoder's graph in a file, as any user of ONNX Runtime opens and calls it.</summary>
internal sealed class OnnxSession : IDisposable
{
    private const string Words = "input_ids", Types = "token_type_ids";

    private readonly InferenceSession _session;
    private readonly RunOptions _options = new();

    private readonly string[] _inputs;

    private OnnxSession(InferenceSession session)
    {
        _session = session;
        // A graph without a segment table takes no segment ids.
        _inputs = session.InputNames.Contains(Types) ? [Words, Types] : [Words];
    }

    /// <summary>Opens a graph for one thread, with all optimizations.</summary>
    public static OnnxSession Open(string path)
    {
        using SessionOptions options = new()
        {
            IntraOpNumThreads = 1,
            InterOpNumThreads = 1,
            GraphOptimizationLevel = GraphOptimizationLevel.ORT_ENABLE_ALL,
        };
        return new OnnxSession(new InferenceSession(path, options));
    }

    /// <summary>Encodes one text, all segment ids 0.</summary>
    public void Encode(ReadOnlySpan<int> ids, Span<float> hidden)
    {
        long[] tokens = Array.ConvertAll(ids.ToArray(), id => (long)id), grid = [1, ids.Length];
        using OrtValue words = OrtValue.CreateTensorValueFromMemory(tokens, grid);
        using OrtValue types = OrtValue.CreateTensorValueFromMemory(new long[ids.Length], grid);
        using IDisposableReadOnlyCollection<OrtValue> outputs = _session.Run(
            _options, _inputs, _inputs.Length == 2 ? [words, types] : [words], ["last_hidden_state"]);
        outputs[0].GetTensorDataAsSpan<float>().CopyTo(hidden);
    }

    /// <summary>Closes the session.</summary>
    public void Dispose()
    {
        _options.Dispose();
        _session.Dispose();
    }
}
