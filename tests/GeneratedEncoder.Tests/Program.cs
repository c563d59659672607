using System.Globalization;
using GeneratedEncoder.Tests;

// What tests start in a process of their own (Support/ChildProcess.cs).
switch (args)
{
    // Every entry point of the encoders named, each at several lengths.
    case ["calls", .. string[] names]:
        foreach (EncoderCase encoder in names.Select(EncoderCase.Named))
        {
            using Subject subject = Subject.Load(encoder);
            foreach (int tokens in Enumerable.Range(1, 17).Append(33).Where(tokens => tokens <= encoder.Shape.MaxTokens))
            {
                foreach (EntryPoint entry in EntryPoint.All(subject, encoder, tokens))
                {
                    entry.Call();
                }
            }
        }

        return 0;

    // A digest of every bit that the encoders named compute on so many threads, over some lengths, written to a file.
    case ["digest", string path, string threads, string longest, .. string[] names]:
        File.WriteAllText(path, Digest.Of(
            names.Select(EncoderCase.Named), int.Parse(threads, CultureInfo.InvariantCulture), int.Parse(longest, CultureInfo.InvariantCulture)));
        return 0;

    default:
        Console.Error.WriteLine($"There is no scenario '{string.Join(' ', args)}'.");
        return 1;
}
