using System.Runtime;
using System.Security.Cryptography;
using System.Runtime.InteropServices;
using GeneratedEncoder.Oracles;
using GeneratedEncoder.Runtime;

namespace GeneratedEncoder.Tests;

/// <summary>What every encoder promises, of those whose architectures only folders say: bits, memory, allocations.</summary>
[Collection(nameof(RunsAlone))]
public sealed class ArchitectureContractTests(ITestOutputHelper output)
{
    private static readonly string[] s_few = ["modernbert", "gte-types", "jina-code", "deberta-v3", "deberta-v2-conv", "t5-gated", "gemma-embedding", "pooling-prompt"];

    public static TheoryData<string> Names => ArchitectureCase.Names;

    [Theory]
    [MemberData(nameof(Names))]
    public void A_texts_bits_are_the_same_alone_and_in_a_batch(string name)
    {
        using ITransformerEncoder encoder = ArchitectureCase.Named(name).Open();
        int most = encoder.Info.MaxTokens, width = encoder.Info.HiddenSize;
        int[] lengths = [.. new[] { 7, 1, 17, 16, 1, 33, 2, 70, 15, 12 }.Select(tokens => Math.Min(tokens, most))];
        (int[] Ids, int[] Types)[] texts = [.. lengths.Select((tokens, i) => ArchitectureCase.Text(encoder.Info, i, tokens))];
        float[] batch = new float[lengths.Sum() * width], embeddings = new float[lengths.Length * encoder.Info.EmbeddingDimension];

        encoder.EncodeBatch([.. texts.SelectMany(text => text.Ids)], [.. texts.SelectMany(text => text.Types)], lengths, batch);
        encoder.EmbedBatch([.. texts.SelectMany(text => text.Ids)], [.. texts.SelectMany(text => text.Types)], lengths, embeddings);

        for (int i = 0, start = 0; i < lengths.Length; start += lengths[i], i++)
        {
            float[] hidden = new float[lengths[i] * width], embedding = new float[encoder.Info.EmbeddingDimension];
            encoder.Encode(texts[i].Ids, texts[i].Types, hidden);
            encoder.Embed(texts[i].Ids, texts[i].Types, embedding);
            Bits.AssertSame(hidden, batch.AsSpan(start * width, hidden.Length), $"text {i} of {lengths[i]} tokens");
            Bits.AssertSame(embedding, embeddings.AsSpan(i * embedding.Length, embedding.Length), $"embedding {i}");
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Who_asks_for_attention_weights_gets_the_same_hidden_states_and_rows_that_sum_to_1(string name)
    {
        using ITransformerEncoder encoder = ArchitectureCase.Named(name).Open();
        int tokens = Math.Min(600, encoder.Info.MaxTokens);
        (int[] ids, int[] types) = ArchitectureCase.Text(encoder.Info, 5, tokens);
        float[] expected = new float[tokens * encoder.Info.HiddenSize], hidden = new float[expected.Length];
        float[] attentions = new float[(long)Constant(encoder, "NumHiddenLayers") * Constant(encoder, "NumAttentionHeads") * tokens * tokens];

        encoder.Encode(ids, types, expected);
        encoder.Attend(ids, types, hidden, attentions);

        Bits.AssertSame(expected, hidden, name);
        Assert.All(attentions.Chunk(tokens), row => Assert.Equal(1, row.Sum(), 1e-4f));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void No_call_allocates_a_single_byte(string name)
    {
        using ITransformerEncoder encoder = ArchitectureCase.Named(name).Open();
        int tokens = Math.Min(9, encoder.Info.MaxTokens);
        (int[] ids, int[] types) = ArchitectureCase.Text(encoder.Info, 3, tokens);
        foreach (ArchitectureCalls.Entry entry in ArchitectureCalls.Of(encoder, tokens))
        {
            float[] numbers = new float[entry.Length];
            Memory<int> givenIds = ids, givenTypes = types;
            Memory<float> given = numbers;
            for (int i = 0; i < 10; i++)
            {
                entry.Run(givenIds, givenTypes, given);
            }

            Assert.True(GC.TryStartNoGCRegion(8 << 20));
            long before = GC.GetAllocatedBytesForCurrentThread();
            for (int i = 0; i < 50; i++)
            {
                entry.Run(givenIds, givenTypes, given);
            }

            long allocated = GC.GetAllocatedBytesForCurrentThread() - before;
            if (GCSettings.LatencyMode == GCLatencyMode.NoGCRegion)
            {
                GC.EndNoGCRegion();
            }

            Assert.True(allocated == 0, $"50 calls of {entry.Name} allocated {allocated} bytes.");
        }
    }

    [Theory]
    [InlineData("DOTNET_EnableAVX512", "0")]
    [InlineData("DOTNET_PreferredVectorBitWidth", "256")]
    public void Every_width_gives_the_same_bits(string knob, string value) => AssertSameBits(1, 70, [.. ArchitectureCase.All.Select(one => one.Name)], (knob, value));

    [Theory]
    [InlineData("DOTNET_EnableAVX2")]
    [InlineData("DOTNET_EnableHWIntrinsic")]
    public void Software_gives_the_same_bits(string knob) => AssertSameBits(1, 9, s_few, (knob, "0"));

    [Theory]
    [InlineData(2)]
    [InlineData(4)]
    public void Any_number_of_threads_gives_the_same_bits(int threads) =>
        AssertSameBits(threads, 600, [.. s_few, "modernbert-long", "jina-long", "gte-long"], ("DOTNET_PROCESSOR_COUNT", "4"));

    [SkippableTheory]
    [InlineData("DOTNET_EnableAVX512", null)]
    [InlineData("DOTNET_EnableAVX512", "0")]
    public void Every_call_stays_inside_its_memory(string knob, string? value)
    {
        Skip.IfNot(OperatingSystem.IsLinux(), "Guard pages are asked for as Linux gives them.");
        ChildProcess.Run(["guarded-architectures", "40", .. ArchitectureCase.All.Select(one => one.Name)], (knob, value));
    }

    [SkippableFact]
    public void Long_texts_stay_inside_their_memory()
    {
        Skip.IfNot(OperatingSystem.IsLinux(), "Guard pages are asked for as Linux gives them.");
        ChildProcess.Run(["guarded-architectures", "1100", "modernbert-long", "jina-long", "gte-long"]);
    }

    /// <summary>SHA-256 of all that encoders compute, over some lengths up to one.</summary>
    internal static string Digest(IEnumerable<string> names, int threads, int longest)
    {
        using IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (string name in names)
        {
            using ITransformerEncoder encoder = ArchitectureCase.Named(name).Open(new EncoderOptions { MaxDegreeOfParallelism = threads });
            foreach (int tokens in new[] { 1, 2, 7, 13, 17, 31, 70, 600 }.Where(n => n <= Math.Min(longest, encoder.Info.MaxTokens)))
            {
                (int[] Ids, int[] Types) text = ArchitectureCase.Text(encoder.Info, tokens, tokens);
                foreach (ArchitectureCalls.Entry entry in ArchitectureCalls.Of(encoder, tokens))
                {
                    hash.AppendData(MemoryMarshal.AsBytes<float>(ArchitectureCalls.Output(entry, text)));
                }
            }
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    /// <summary>Every call with input, output, weights and workspaces between pages that end the process, compared with what it gives in ordinary memory.</summary>
    internal static void RunGuarded(IEnumerable<string> names, int longest)
    {
        foreach (string name in names)
        {
            using ITransformerEncoder expected = ArchitectureCase.Named(name).Open();
            foreach (bool atEnd in new[] { true, false })
            {
                AlignedMemory.Source = (bytes => GuardedMemory.Take(bytes, atEnd, alignment: 64), GuardedMemory.GiveBack);
                using ITransformerEncoder guarded = ArchitectureCase.Named(name).Open(new EncoderOptions { MaxConcurrentCalls = 1 });
                int most = Math.Min(longest, expected.Info.MaxTokens);
                foreach (int tokens in new[] { 1, most / 3, most - 1, most }.Where(n => n > 0).Distinct())
                {
                    (int[] Ids, int[] Types) text = ArchitectureCase.Text(expected.Info, tokens, tokens);
                    foreach ((ArchitectureCalls.Entry plain, ArchitectureCalls.Entry entry) in ArchitectureCalls.Of(expected, tokens).Zip(ArchitectureCalls.Of(guarded, tokens)))
                    {
                        Bits.AssertSame(ArchitectureCalls.Output(plain, text), ArchitectureCalls.Output(entry, text), $"{name}, {entry.Name} of {tokens} tokens");
                    }
                }
            }
        }
    }

    private static int Constant(ITransformerEncoder encoder, string name) => (int)encoder.GetType().GetField(name)!.GetRawConstantValue()!;

    private void AssertSameBits(int threads, int longest, string[] names, (string Name, string Value) knob)
    {
        using TempFolder folder = new();
        ChildProcess.Run(["architecture-digest", folder["digest.txt"], $"{threads}", $"{longest}", .. names], knob);
        string expected = Digest(names, threads: 1, longest);
        output.WriteLine(expected);
        Assert.Equal(expected, File.ReadAllText(folder["digest.txt"]));
    }
}
