using System.Diagnostics;
using System.Globalization;
using System.Text;
using Quickstart;
using Spectre.Console;

Console.OutputEncoding = Encoding.UTF8;
IAnsiConsole console = AnsiConsole.Console;
if (Console.IsOutputRedirected)
{
    console.Profile.Width = 160; // A pipe has no edge to wrap at.
}

string folder = Path.Combine(AppContext.BaseDirectory, "Model");
Vocabulary vocabulary = Vocabulary.Load(Path.Combine(folder, "vocab.txt"));
long start = Stopwatch.GetTimestamp();
using Reader reader = Reader.Load(Path.Combine(folder, "model.safetensors"));
console.WriteLine(string.Create(CultureInfo.InvariantCulture,
    $"A transformer encoder of {Reader.NumHiddenLayers} layers, {Reader.NumAttentionHeads} heads, hidden size {Reader.HiddenSize}, " +
    $"loaded in {Stopwatch.GetElapsedTime(start).TotalMilliseconds:F0} ms: {Reader.WeightBytes:N0} bytes of weights, {Reader.WorkspaceBytes:N0} of workspace."));
console.WriteLine();

Demonstration demonstration = new(reader, vocabulary, console);
try
{
    if (args.Length > 0)
    {
        foreach (string sentence in args)
        {
            demonstration.Attention(sentence);
            demonstration.Vectors(sentence);
        }

        demonstration.Timings(args);
        return 0;
    }

    demonstration.Attention("The cat sat on the mat because it was tired");
    demonstration.Attention("The cat sat on the mat because it was dirty");
    demonstration.Attention("Transformers are amazing");
    demonstration.Vectors("Transformers are amazing");
    demonstration.Senses("bank",
        ("bank (river)", "bank", "he sat on the bank of the river"),
        ("shore", "shore", "he fished from the shore of the lake"),
        ("bank (money)", "bank", "she deposited the money at the bank"),
        ("lender", "lender", "the student paid the debt to the lender"));
    demonstration.Timings("Transformers are amazing", "The cat sat on the mat because it was tired");
    return 0;
}
catch (SentenceException e)
{
    Console.Error.WriteLine(e.Message);
    return 1;
}
