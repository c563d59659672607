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

    // A digest of what the real models compute of so many texts that are short enough, on so many threads, written to a file.
    case ["real-digest", string path, string threads, string longest, string count]:
        File.WriteAllText(path, RealDigest.Of(
            int.Parse(threads, CultureInfo.InvariantCulture), int.Parse(longest, CultureInfo.InvariantCulture), int.Parse(count, CultureInfo.InvariantCulture)));
        return 0;

    // Every entry point of the encoders named in memory with guard pages, over some lengths: a step outside ends the process.
    case ["guarded", string longest, .. string[] names]:
        GuardedCalls.RunAll(names.Select(EncoderCase.Named), int.Parse(longest, CultureInfo.InvariantCulture));
        return 0;

    // 64 threads on two instances of each of the encoders named.
    case ["crowd", string calls, .. string[] names]:
        Crowd.Run([.. names.Select(EncoderCase.Named)], int.Parse(calls, CultureInfo.InvariantCulture));
        return 0;

    // Thousands of calls of the encoders named, and what they left behind.
    case ["endurance", .. string[] names]:
        return Report(Endurance.Finding([.. names.Select(EncoderCase.Named)]));

    // By how many bytes loading an encoder and encoding a short text grow what is resident, written to a file.
    case ["short-text", string path, string name, string modelPath]:
        File.WriteAllText(path, ShortText.GrowthOf(name, modelPath).ToString(CultureInfo.InvariantCulture));
        return 0;

    // 64 MB of which 1 MB is written; a page of 2 MiB may stand at either end.
    case ["untouched-memory"]:
        _ = ShortText.GrowthOfBlock(1 << 24, 1 << 20);
        (long allocated, long written) = ShortText.GrowthOfBlock(1 << 26, 1 << 20);
        return Report(allocated < 1 << 22 && written is >= 1 << 20 and < 1 << 23 ? null : $"{allocated} bytes were resident before anything was written, {written} more after.");

    // Callers that are interrupted again and again.
    case ["interrupts", string name, string callers, string concurrent, string threads, string seconds]:
        return Report(Interrupts.Finding(
            EncoderCase.Named(name),
            int.Parse(callers, CultureInfo.InvariantCulture),
            new() { MaxConcurrentCalls = int.Parse(concurrent, CultureInfo.InvariantCulture), MaxDegreeOfParallelism = int.Parse(threads, CultureInfo.InvariantCulture) },
            TimeSpan.FromSeconds(int.Parse(seconds, CultureInfo.InvariantCulture))));

    // Calls while no thread can be started, and after.
    case ["thread-limit", string name, string threads]:
        return Report(ThreadLimit.Finding(EncoderCase.Named(name), int.Parse(threads, CultureInfo.InvariantCulture)));

    // Encoders that nobody disposed of.
    case ["forgotten", string name, string threads]:
        return Report(Forgotten.Finding(EncoderCase.Named(name), int.Parse(threads, CultureInfo.InvariantCulture)));

    // What the first caller's context held.
    case ["forgotten-context", string name, string threads]:
        return Report(Forgotten.FindingOfContext(EncoderCase.Named(name), int.Parse(threads, CultureInfo.InvariantCulture)));

    // A class that calls itself while it is initialised.
    case ["static-constructor"]:
        return Report(WarmedUp.First.All(value => value == 0) ? "Nothing was computed." : null);

    // What guard pages are for.
    case ["step-outside", string what, string atEnd]:
        GuardedCalls.StepOutside(what, bool.Parse(atEnd));
        return 0;

    default:
        Console.Error.WriteLine($"There is no scenario '{string.Join(' ', args)}'.");
        return 1;
}

static int Report(string? finding)
{
    if (finding is null)
    {
        return 0;
    }

    Console.Error.WriteLine(finding);
    return 1;
}
