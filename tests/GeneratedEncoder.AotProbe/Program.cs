using System.Diagnostics;
using System.Globalization;
using System.Runtime.Intrinsics;
using GeneratedEncoder.Benchmarks;
using Quickstart;

// What the benchmarks start, as native code and under the JIT:
//   once <reader|onnx> <model file> <token ids>   encodes one text, writes the embedding's first number
//   serve <reader|minilm> <model file>            reads lines "<tokens> <calls>", writes the calls' milliseconds
if (args is ["once", string which, string model, .. string[] numbers])
{
    int[] ids = Array.ConvertAll(numbers, number => int.Parse(number, CultureInfo.InvariantCulture));
    float[] embedding = new float[Reader.HiddenSize];
    using IDisposable instance = which == "onnx" ? EmbedByOnnx(model, ids, embedding) : EmbedByReader(model, ids, embedding);
    Console.WriteLine(embedding[0].ToString(CultureInfo.InvariantCulture));
    return 0;
}

if (args is ["serve", string shape, string file])
{
    return shape == "minilm" ? ServeMiniLm(file) : ServeReader(file);
}

Console.Error.WriteLine("once <reader|onnx> <model file> <token ids>, or serve <reader|minilm> <model file>");
return 2;

static IDisposable EmbedByReader(string path, int[] ids, float[] embedding)
{
    Reader reader = Reader.Load(path);
    reader.Embed(ids, embedding);
    return reader;
}

static IDisposable EmbedByOnnx(string path, int[] ids, float[] embedding)
{
    OnnxSession session = OnnxSession.Open(path);
    float[] hidden = new float[ids.Length * embedding.Length];
    session.Encode(ids, hidden);
    for (int i = 0; i < hidden.Length; i++)
    {
        embedding[i % embedding.Length] += hidden[i] / ids.Length;
    }

    return session;
}

static int ServeReader(string path)
{
    using Reader encoder = Reader.Load(path);
    float[] hidden = new float[Reader.MaxTokens * Reader.HiddenSize];
    return Serve(Reader.VocabSize, ids => encoder.Encode(ids, hidden.AsSpan(0, ids.Length * Reader.HiddenSize)));
}

static int ServeMiniLm(string path)
{
    using MiniLm encoder = MiniLm.Load(path);
    float[] hidden = new float[MiniLm.MaxTokens * MiniLm.HiddenSize];
    return Serve(MiniLm.VocabSize, ids => encoder.Encode(ids, hidden.AsSpan(0, ids.Length * MiniLm.HiddenSize)));
}

// One untimed call a line: another process has had the caches.
static int Serve(int vocabulary, Action<int[]> encode)
{
    Console.WriteLine(Vector512.IsHardwareAccelerated ? 512 : Vector256.IsHardwareAccelerated ? 256 : 128);
    while (Console.ReadLine() is string line)
    {
        int[] order = Array.ConvertAll(line.Split(' '), number => int.Parse(number, CultureInfo.InvariantCulture));
        int[] ids = [.. Enumerable.Range(0, order[0]).Select(i => (i * 7919 + 17) % vocabulary)];
        double[] times = new double[order[1]];
        encode(ids);
        for (int i = 0; i < times.Length; i++)
        {
            long start = Stopwatch.GetTimestamp();
            encode(ids);
            times[i] = Stopwatch.GetElapsedTime(start).TotalMilliseconds;
        }

        Console.WriteLine(string.Join(' ', times.Select(time => time.ToString(CultureInfo.InvariantCulture))));
    }

    return 0;
}
