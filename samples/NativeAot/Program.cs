using System.Globalization;
using System.Runtime.Intrinsics;
using NativeAot;
using Quickstart;

string[] sentences = args.Length > 0
    ? args
    : ["the cat sat on the mat because it was tired", "he sat on the bank of the river", "she deposited the money at the bank"];

using SentenceEncoder encoder = SentenceEncoder.Load();
Vocabulary vocabulary = Vocabulary.Load(Path.Combine(AppContext.BaseDirectory, "Models", "demonstration-model", "vocab.txt"));
float[][] embeddings = new float[sentences.Length][];
try
{
    for (int i = 0; i < sentences.Length; i++)
    {
        embeddings[i] = new float[SentenceEncoder.HiddenSize];
        encoder.Embed(vocabulary.Read(sentences[i], SentenceEncoder.MaxTokens).Ids, embeddings[i]);
        Console.WriteLine($"{Numbers(embeddings[i].AsSpan(0, 4))} ... {sentences[i]}");
    }
}
catch (SentenceException e)
{
    Console.Error.WriteLine(e.Message);
    return 1;
}

Console.WriteLine();
Console.WriteLine("Cosines:");
foreach (float[] row in embeddings)
{
    Console.WriteLine(Numbers(Array.ConvertAll(embeddings, column => Dot(row, column))));
}

int bits = Vector512.IsHardwareAccelerated ? 512 : Vector256.IsHardwareAccelerated ? 256 : 128;
Console.WriteLine();
Console.WriteLine($"Computed in vectors of {bits} bits.");
return 0;

// Embeddings have length 1, so their product is the cosine.
static float Dot(float[] a, float[] b)
{
    float sum = 0;
    for (int i = 0; i < a.Length; i++)
    {
        sum += a[i] * b[i];
    }

    return sum;
}

static string Numbers(ReadOnlySpan<float> values)
{
    string line = "";
    foreach (float value in values)
    {
        line += value.ToString("F3", CultureInfo.InvariantCulture).PadLeft(8);
    }

    return line;
}
