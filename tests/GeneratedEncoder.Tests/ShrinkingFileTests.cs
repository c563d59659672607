using Microsoft.Win32.SafeHandles;

namespace GeneratedEncoder.Tests;

/// <summary>
/// Files that are cut short while they are in use. Where such a file is mapped into memory, the system ends the process at the next
/// look at what was there; here the call is refused, and the next one is answered if the file is whole again.
/// </summary>
public sealed class ShrinkingFileTests : IDisposable
{
    private readonly TempFolder _folder = new();
    private readonly string _path;

    public ShrinkingFileTests() => _path = _folder["model.safetensors"];

    public void Dispose() => _folder.Dispose();

    /// <summary>A head reads its table from the file even if words are looked up in memory.</summary>
    [SkippableTheory]
    [InlineData(nameof(LargeVocabulary))]
    [InlineData($"{nameof(LargeVocabulary)}.Int8")]
    [InlineData($"{nameof(BertWords)}.BFloat16")]
    public void A_table_that_stays_in_the_file_is_refused_before_anything_is_written(string name)
    {
        EncoderCase encoder = EncoderCase.Named(name);
        using Subject subject = Subject.Load(encoder, path =>
        {
            encoder.Model.Save(path);
            File.Copy(path, _path);
        });
        byte[] whole = File.ReadAllBytes(_path);
        IReadOnlyList<EntryPoint> entries = EntryPoint.All(subject, encoder, tokens: 7);
        float[][][] expected = [.. entries.Select(entry => Outputs(entry))];

        foreach (int length in new[] { whole.Length - 1, whole.Length / 2, 0 })
        {
            Rewrite(subject.Path, whole.AsSpan(0, length));
            Assert.All(entries, entry =>
            {
                Array.ForEach(entry.Outputs, output => Array.Fill(output, 7));
                InvalidDataException exception = Assert.Throws<InvalidDataException>(entry.Call);
                Assert.Contains($"'{subject.Path}' had {whole.Length} bytes when it was opened and has become shorter", exception.Message);
                Assert.All(entry.Outputs, output => Assert.All(output, value => Assert.Equal(7, value)));
            });
        }

        Rewrite(subject.Path, whole);
        for (int i = 0; i < entries.Count; i++)
        {
            Bits.AssertSame(expected[i][0], Outputs(entries[i])[0], entries[i].Name);
        }
    }

    [SkippableTheory]
    [InlineData(nameof(OddGelu))]
    [InlineData(nameof(BertWordsUntied))]
    [InlineData(nameof(OddVectors))]
    [InlineData(nameof(Modernbert))]
    [InlineData(nameof(DebertaWords))]
    [InlineData(nameof(GemmaEmbedding))]
    [InlineData($"{nameof(OddGelu)}.Int8")]
    [InlineData($"{nameof(BertWordsUntied)}.BFloat16")]
    [InlineData($"{nameof(Modernbert)}.Int8")]
    public void Where_everything_is_in_memory_the_file_may_go(string name)
    {
        EncoderCase encoder = EncoderCase.Named(name);
        using Subject subject = Subject.Load(encoder);
        IReadOnlyList<EntryPoint> entries = EntryPoint.All(subject, encoder, tokens: 7);
        float[][][] expected = [.. entries.Select(entry => Outputs(entry))];

        Rewrite(subject.Path, []);

        for (int i = 0; i < entries.Count; i++)
        {
            Bits.AssertSame(expected[i][0], Outputs(entries[i])[0], entries[i].Name);
        }
    }

    [SkippableFact]
    public void Shortened_in_the_middle_of_calls()
    {
        EncoderCase encoder = EncoderCase.Of<LargeVocabulary>();
        for (int round = 0; round < 5; round++)
        {
            using Subject subject = Subject.Load(encoder);
            EntryPoint predict = EntryPoint.All(subject, encoder, tokens: 7).Single(entry => entry.Name == "Head");
            float[] expected = Outputs(predict)[0];
            int calls = 0;
            Thread cutter = new(() =>
            {
                SpinWait.SpinUntil(() => Volatile.Read(ref calls) > 2);
                Rewrite(subject.Path, []);
            });
            cutter.Start();

            void CallOn()
            {
                while (true)
                {
                    predict.Call();
                    Bits.AssertSame(expected, predict.Outputs[0]);
                    calls++;
                }
            }

            InvalidDataException exception = Assert.Throws<InvalidDataException>(CallOn);

            cutter.Join();
            Assert.Contains("has become shorter", exception.Message);
        }
    }

    [SkippableFact]
    public void Shortened_and_written_anew_while_others_load_it()
    {
        EncoderCase encoder = EncoderCase.Of<WideClassifier>();
        encoder.Model.Save(_path);
        byte[] whole = File.ReadAllBytes(_path);
        bool done = false;
        int loaded = 0, refused = 0;
        Thread writer = new(() =>
        {
            Random random = new(1);
            while (!Volatile.Read(ref done))
            {
                Rewrite(_path, whole.AsSpan(0, random.Next(whole.Length)));
                Rewrite(_path, whole);
            }
        });
        Rewrite(_path, whole);
        writer.Start();

        while (loaded + refused < 300)
        {
            try
            {
                WideClassifier.Load(_path).Dispose();
                loaded++;
            }
            catch (InvalidDataException)
            {
                refused++;
            }
        }

        done = true;
        writer.Join();
        Assert.InRange(refused, 1, 300);
    }

    [SkippableTheory]
    [InlineData(nameof(LargeVocabulary))]
    [InlineData(nameof(OddGelu))]
    [InlineData(nameof(T5Gated))]
    public void No_file_is_mapped(string name)
    {
        Skip.IfNot(OpenFiles.AreKnown, "This system does not list what a process has open.");
        using Subject subject = Subject.Load(EncoderCase.Named(name));

        Assert.True(OpenFiles.Contain(subject.Path));
        Assert.False(OpenFiles.AreMapped(subject.Path));
    }

    private static float[][] Outputs(EntryPoint entry)
    {
        entry.Call();
        return [.. entry.Outputs.Select(output => output.ToArray())];
    }

    /// <summary>In place, as no careful program would: not .NET's, which asks for the lock that the encoder holds.</summary>
    private static void Rewrite(string path, ReadOnlySpan<byte> content)
    {
        Skip.If(OperatingSystem.IsWindows(), "This system lets nobody write to a file that the encoder has open.");
        using SafeFileHandle file = File.OpenHandle(path, FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite);
        RandomAccess.SetLength(file, content.Length);
        RandomAccess.Write(file, content, 0);
    }
}
