using GeneratedEncoder.Tests;

// What JitTests start in a process of their own: every entry point of the encoders named, each at several lengths.
foreach (EncoderCase encoder in args.Select(EncoderCase.Named))
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
