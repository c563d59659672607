using System.Runtime.Versioning;
using GeneratedEncoder.Oracles;
using GeneratedEncoder.Runtime;

namespace GeneratedEncoder.Tests;

/// <summary>Weights that were kept are used for the model that they were made from, and for no other; whatever becomes of the file, Load gives the same bits.</summary>
public sealed class PackedWeightsCacheTests : IDisposable
{
    private static readonly RandomModel s_model = EncoderCase.Of<OddGelu>().Model;
    private static readonly Text s_text = Text.Random(s_model.Shape, seed: 4, tokens: 11);

    private readonly TempFolder _folder = new();
    private readonly string _path, _cache;
    private readonly EncoderOptions _options;

    public PackedWeightsCacheTests()
    {
        (_path, _cache) = (_folder["model.safetensors"], _folder["cache/of/weights"]);
        _options = new EncoderOptions { PackedWeightsCache = _cache };
        s_model.Save(_path);
    }

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Nothing_is_kept_unless_it_is_asked_for()
    {
        OddGelu.Load(_path).Dispose();

        Assert.Equal([_path], Directory.GetFileSystemEntries(_folder[""]));
        Assert.Null(new EncoderOptions().PackedWeightsCache);
        Assert.Throws<ArgumentException>("PackedWeightsCache", () => new EncoderOptions { PackedWeightsCache = " " });
    }

    /// <summary>Whether a file is used shows when it holds other weights than the model, under right fingerprints: nobody could make one otherwise.</summary>
    [Fact]
    public void The_second_load_reads_what_the_first_one_kept()
    {
        float[] expected = Hidden(null);
        AssertBits(expected);
        string kept = Kept();
        DateTime written = File.GetLastWriteTimeUtc(kept);
        byte[] bytes = File.ReadAllBytes(kept);

        AssertBits(expected);

        Assert.Equal(bytes, File.ReadAllBytes(Kept()));
        Assert.Equal(written, File.GetLastWriteTimeUtc(kept));
        Assert.True(bytes.Length > OddGelu.WeightBytes);
        Assert.Empty(Directory.GetFiles(_cache, "*.tmp"));
    }

    [Fact]
    public void Every_format_has_a_file_of_its_own()
    {
        float[][] expected = [Hidden(null), Hidden(null, KeptBFloat16.Load), Hidden(null, KeptInt8.Load)];
        for (int time = 0; time < 2; time++)
        {
            Bits.AssertSame(expected[0], Hidden(_options));
            Bits.AssertSame(expected[1], Hidden(_options, KeptBFloat16.Load));
            Bits.AssertSame(expected[2], Hidden(_options, KeptInt8.Load));
            Assert.Equal(3, Directory.GetFiles(_cache).Length);
        }

        Assert.Equal(3, Directory.GetFiles(_cache).Select(file => new FileInfo(file).Length).Distinct().Count());
    }

    /// <summary>The same length, the same header and the same time of writing: only one number differs.</summary>
    [Theory]
    [InlineData("encoder.layer.1.output.dense.weight")]
    [InlineData("encoder.layer.0.attention.self.key.bias")]
    [InlineData("encoder.layer.1.output.LayerNorm.weight")]
    [InlineData("embeddings.position_embeddings.weight")]
    public void Another_models_weights_are_never_taken(string tensor)
    {
        AssertBits(Hidden(null));
        byte[] first = File.ReadAllBytes(Kept());
        DateTime written = File.GetLastWriteTimeUtc(_path);
        float[] values = s_model.Tensors[tensor].Values;
        float before = values[3];
        RandomModel other = RandomModel.Create(s_model.Shape, seed: 100);
        other.Tensors[tensor].Values[3] = before + 0.25f;
        other.Save(_path);
        File.SetLastWriteTimeUtc(_path, written);
        float[] expected = Hidden(null);

        AssertBits(expected);
        Assert.NotEqual(first, File.ReadAllBytes(Kept()));
        AssertBits(expected);
    }

    /// <summary>The word table is read from the model itself: another one needs no other packed weights.</summary>
    [Fact]
    public void Another_word_table_is_the_models_own()
    {
        AssertBits(Hidden(null));
        byte[] kept = File.ReadAllBytes(Kept());
        RandomModel other = RandomModel.Create(s_model.Shape, seed: 100);
        other.Tensors["embeddings.word_embeddings.weight"].Values.AsSpan().Fill(0.5f);
        other.Save(_path);

        AssertBits(Hidden(null));
        Assert.Equal(kept, File.ReadAllBytes(Kept()));
    }

    [Fact]
    public void Other_types_of_the_same_model_are_other_models()
    {
        AssertBits(Hidden(null));
        s_model.Save(_path, WeightType.BF16);

        AssertBits(Hidden(null));
        AssertBits(Hidden(null));
    }

    [Fact]
    public void A_model_that_does_not_fit_is_refused_as_without_the_cache()
    {
        AssertBits(Hidden(null));
        SafetensorsImage image = SafetensorsImage.Of(s_model);
        image.Header.Remove("encoder.layer.1.output.dense.bias");
        File.WriteAllBytes(_path, image.ToBytes());

        string without = Assert.Throws<InvalidDataException>(() => OddGelu.Load(_path)).Message;
        Assert.Equal(without, Assert.Throws<InvalidDataException>(() => OddGelu.Load(_path, _options)).Message);
    }

    [Fact]
    public void A_file_that_was_cut_is_replaced()
    {
        float[] expected = Hidden(null);
        AssertBits(expected);
        byte[] whole = File.ReadAllBytes(Kept());
        foreach (int length in new[] { 0, 1, 100, whole.Length / 2, whole.Length - 1 })
        {
            File.WriteAllBytes(Kept(), whole[..length]);
            AssertReplaced(expected, whole.Length);
        }
    }

    [Fact]
    public void A_byte_that_was_changed_is_noticed_wherever_it_is()
    {
        float[] expected = Hidden(null);
        AssertBits(expected);
        int length = File.ReadAllBytes(Kept()).Length;
        Random random = new(5);
        foreach (int place in Enumerable.Range(0, 200).Select(i => i < 100 ? i : random.Next(length)).Append(length - 1))
        {
            byte[] changed = File.ReadAllBytes(Kept());
            changed[place] ^= (byte)(1 << random.Next(8));
            File.WriteAllBytes(Kept(), changed);
            AssertBits(expected);
            Assert.NotEqual(changed, File.ReadAllBytes(Kept()));
        }
    }

    [Fact]
    public void Foreign_files_are_replaced()
    {
        float[] expected = Hidden(null);
        AssertBits(expected);
        int length = (int)new FileInfo(Kept()).Length;
        byte[] random = new byte[length];
        new Random(1).NextBytes(random);
        foreach (byte[] foreign in new[] { new byte[length], random, [.. random, 1] })
        {
            File.WriteAllBytes(Kept(), foreign);
            AssertReplaced(expected, length);
        }
    }

    [Fact]
    public void A_folder_in_the_files_place_is_left_alone()
    {
        float[] expected = Hidden(null);
        AssertBits(expected);
        string kept = Kept();
        File.Delete(kept);
        Directory.CreateDirectory(kept);

        AssertBits(expected);

        Assert.Equal([kept], Directory.GetFileSystemEntries(_cache));
    }

    [Fact]
    public void Where_nothing_can_be_kept_the_model_is_loaded_all_the_same()
    {
        // A file stands where the folder should be: nobody can write there, whatever rights he has.
        Directory.CreateDirectory(Path.GetDirectoryName(_cache)!);
        File.WriteAllText(_cache, "");

        AssertBits(Hidden(null));
        Bits.AssertSame(Hidden(null), Hidden(new EncoderOptions { PackedWeightsCache = _folder["no\0name"] }));
    }

    [SkippableFact]
    [UnsupportedOSPlatform("windows")]
    public void A_folder_that_is_read_only_is_read()
    {
        Skip.If(OperatingSystem.IsWindows() || Environment.IsPrivilegedProcess, "Rights don't bind there.");
        float[] expected = Hidden(null);
        AssertBits(expected);
        File.SetUnixFileMode(_cache, UnixFileMode.UserRead | UnixFileMode.UserExecute);
        try
        {
            AssertBits(expected);
            Bits.AssertSame(Hidden(null, KeptInt8.Load), Hidden(_options, KeptInt8.Load));
            Assert.Single(Directory.GetFiles(_cache));
        }
        finally
        {
            File.SetUnixFileMode(_cache, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }
    }

    [Fact]
    public void Many_that_load_at_once_agree()
    {
        float[] expected = Hidden(null);
        float[][] results = new float[16][];

        Parallel.For(0, results.Length, new ParallelOptions { MaxDegreeOfParallelism = 8 }, i => results[i] = Hidden(_options));

        Assert.All(results, result => Bits.AssertSame(expected, result));
        Assert.Single(Directory.GetFiles(_cache));
        AssertBits(expected);
    }

    /// <summary>Those who load without looking leave a file, and it is not a promise to those who look.</summary>
    [Fact]
    public void Weights_that_are_not_finite_are_refused_whether_they_were_kept_or_not()
    {
        RandomModel bad = RandomModel.Create(s_model.Shape, seed: 100);
        bad.Tensors["encoder.layer.1.output.dense.weight"].Values[5] = float.NaN;
        bad.Save(_path);
        OddGelu.Load(_path, _options).Dispose();
        OddGelu.Load(_path, _options).Dispose();

        Assert.Throws<InvalidDataException>(() => OddGelu.Load(_path, new EncoderOptions { PackedWeightsCache = _cache, RefuseNonFiniteWeights = true }));
    }

    [Fact]
    public void A_model_in_memory_has_kept_weights_too()
    {
        float[] expected = Hidden(null);
        byte[] bytes = File.ReadAllBytes(_path);
        for (int time = 0; time < 2; time++)
        {
            using OddGelu encoder = OddGelu.Load(bytes, _options);
            Bits.AssertSame(expected, Encode(encoder));
            Assert.Single(Directory.GetFiles(_cache));
        }
    }

    [Fact]
    public void A_fingerprint_tells_texts_apart()
    {
        byte[] seed = new byte[Fingerprint.SeedBytes];
        new Random(1).NextBytes(seed);
        Fingerprint fingerprint = new(seed);
        byte[] bytes = new byte[5000];
        new Random(2).NextBytes(bytes);
        HashSet<Fingerprint.Part> seen = [];
        for (int length = 0; length <= 2100; length++)
        {
            Assert.True(seen.Add(fingerprint.Of(bytes.AsSpan(0, length))), $"{length} bytes");
            Assert.True(seen.Add(fingerprint.Of(new byte[length])) || length == 0, $"{length} zeros");
        }

        for (int bit = 0; bit < 8 * bytes.Length; bit++)
        {
            bytes[bit / 8] ^= (byte)(1 << bit % 8);
            Assert.True(seen.Add(fingerprint.Of(bytes)), $"bit {bit}");
            bytes[bit / 8] ^= (byte)(1 << bit % 8);
        }
    }

    private void AssertReplaced(float[] expected, int length)
    {
        AssertBits(expected);
        Assert.Equal(length, new FileInfo(Kept()).Length);
        DateTime written = File.GetLastWriteTimeUtc(Kept());
        AssertBits(expected);
        Assert.Equal(written, File.GetLastWriteTimeUtc(Kept()));
    }

    private void AssertBits(float[] expected) => Bits.AssertSame(expected, Hidden(_options));

    private string Kept() => Assert.Single(Directory.GetFiles(_cache));

    private float[] Hidden(EncoderOptions? options)
    {
        using OddGelu encoder = OddGelu.Load(_path, options);
        return Encode(encoder);
    }

    private float[] Hidden<T>(EncoderOptions? options, Func<string, EncoderOptions?, T> load)
        where T : ITransformerEncoder
    {
        using T encoder = load(_path, options);
        return Encode(encoder);
    }

    private static float[] Encode(ITransformerEncoder encoder)
    {
        float[] hidden = new float[s_text.Ids.Length * OddGelu.HiddenSize];
        encoder.Encode(s_text.Ids, default, hidden);
        return hidden;
    }
}

[TransformerEncoder(
    HiddenSize = 52, NumHiddenLayers = 2, NumAttentionHeads = 2, IntermediateSize = 77,
    MaxPositionEmbeddings = 64, VocabSize = 100, TypeVocabSize = 2, HiddenAct = HiddenAct.Gelu, Weights = WeightFormat.BFloat16)]
internal sealed partial class KeptBFloat16;

[TransformerEncoder(
    HiddenSize = 52, NumHiddenLayers = 2, NumAttentionHeads = 2, IntermediateSize = 77,
    MaxPositionEmbeddings = 64, VocabSize = 100, TypeVocabSize = 2, HiddenAct = HiddenAct.Gelu, Weights = WeightFormat.Int8)]
internal sealed partial class KeptInt8;
