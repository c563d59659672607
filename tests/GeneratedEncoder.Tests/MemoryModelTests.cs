using System.Reflection;
using System.Text;
using GeneratedEncoder.Oracles;

namespace GeneratedEncoder.Tests;

/// <summary>A model in memory, or out of a stream, is the model that it is in a file.</summary>
public sealed class MemoryModelTests
{
    private static readonly EncoderCase s_case = EncoderCase.Of<Tiny>();
    private static readonly byte[] s_bytes = SafetensorsImage.Of(s_case.Model).ToBytes();
    private static readonly Text s_text = Text.Random(s_case.Shape, seed: 4, tokens: 5);

    [Theory]
    [InlineData(WeightType.F32)]
    [InlineData(WeightType.F16)]
    [InlineData(WeightType.BF16)]
    public void It_gives_the_bits_of_the_file(WeightType type)
    {
        byte[] bytes = SafetensorsImage.Of(s_case.Model, type).ToBytes();
        using TempFolder folder = new();
        File.WriteAllBytes(folder["model.safetensors"], bytes);
        float[] expected = Hidden(Tiny.Load(folder["model.safetensors"]));

        Bits.AssertSame(expected, Hidden(Tiny.Load(bytes)));
        Bits.AssertSame(expected, Hidden(Tiny.Load(new MemoryStream(bytes))));
        Bits.AssertSame(expected, Hidden(Tiny.Load(new Trickle(bytes))));
        Bits.AssertSame(expected, Hidden(Tiny.Load(new Dictionary<string, ReadOnlyMemory<byte>> { ["model.safetensors"] = bytes })));
        using FileStream file = File.OpenRead(folder["model.safetensors"]);
        Bits.AssertSame(expected, Hidden(Tiny.Load(file)));
        Assert.True(file.CanRead);
    }

    [Fact]
    public void Bytes_need_not_be_aligned()
    {
        byte[] shifted = [1, 2, 3, .. s_bytes];

        Bits.AssertSame(Hidden(Tiny.Load(s_bytes)), Hidden(Tiny.Load(shifted.AsMemory(3))));
    }

    /// <summary>The word table stays where it is: a change of the memory shows, which is why there must be none.</summary>
    [Fact]
    public void The_word_table_is_not_copied()
    {
        byte[] bytes = [.. s_bytes];
        using Tiny encoder = Tiny.Load(bytes);
        float[] before = Encode(encoder);
        bytes.AsSpan(bytes.Length - SafetensorsImage.Of(s_case.Model).Data.Length).Clear();

        Assert.False(Bits.AreSame(before, Encode(encoder)));
    }

    [Fact]
    public void A_stream_is_read_from_where_it_stands()
    {
        MemoryStream stream = new([9, 9, .. s_bytes]) { Position = 2 };

        Bits.AssertSame(Hidden(Tiny.Load(s_bytes)), Hidden(Tiny.Load(stream)));
        Assert.Equal(stream.Length, stream.Position);
        Assert.True(stream.CanRead);
    }

    [Fact]
    public void A_stream_that_ends_early_is_a_file_that_was_cut()
    {
        foreach (int length in new[] { 0, 1, 7, 8, 100, s_bytes.Length / 2, s_bytes.Length - 1 })
        {
            Assert.Contains("'model.safetensors'", Assert.Throws<InvalidDataException>(() => Tiny.Load(new Trickle(s_bytes[..length]))).Message, StringComparison.Ordinal);
            Assert.Contains("'model.safetensors'", Assert.Throws<InvalidDataException>(() => Tiny.Load(s_bytes.AsMemory(0, length))).Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void A_stream_that_fails_says_why_itself() =>
        Assert.Equal("The network is gone.", Assert.Throws<IOException>(() => Tiny.Load(new Trickle(s_bytes, failsAt: 1000))).Message);

    [Fact]
    public void A_stream_that_is_closed_is_refused()
    {
        MemoryStream stream = new(s_bytes);
        stream.Dispose();

        Assert.Throws<ArgumentException>("model", () => Tiny.Load(stream));
    }

    [Fact]
    public void Shards_in_memory_are_found_by_their_names()
    {
        Dictionary<string, ReadOnlyMemory<byte>> files = new()
        {
            ["model.safetensors.index.json"] = Encoding.UTF8.GetBytes($"{{\"weight_map\": {{{string.Join(',', s_case.Model.Tensors.Keys.Select(name => $"\"{name}\": \"one.safetensors\""))}}}}}"),
            ["one.safetensors"] = s_bytes,
        };

        Bits.AssertSame(Hidden(Tiny.Load(s_bytes)), Hidden(Tiny.Load(files)));
        files.Remove("one.safetensors");
        Assert.Contains("has no one.safetensors.", Assert.Throws<FileNotFoundException>(() => Tiny.Load(files)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Files_without_a_model_are_refused() => Assert.Equal(
        "The dictionary of files has no model.safetensors and no model.safetensors.index.json.",
        Assert.Throws<FileNotFoundException>(() => Tiny.Load(new Dictionary<string, ReadOnlyMemory<byte>> { ["config.json"] = "{}"u8.ToArray() })).Message);

    /// <summary>Every small model folder: with its config, its modules' weights, and its shards.</summary>
    [Theory]
    [MemberData(nameof(ArchitectureCase.Names), MemberType = typeof(ArchitectureCase))]
    public void Model_folders_give_the_bits_that_they_give_on_disk_and_from_kept_weights(string name)
    {
        ArchitectureCase folder = ArchitectureCase.Named(name);
        using TempFolder cache = new();
        float[] expected = Embed(folder.Open());

        Bits.AssertSame(expected, Embed(Load(folder, FilesOf(folder.Folder), null)));
        foreach (int threads in new[] { 1, 2 })
        {
            EncoderOptions options = new() { PackedWeightsCache = cache["kept"], MaxDegreeOfParallelism = threads };
            Bits.AssertSame(expected, Embed(folder.Open(options)));
            Bits.AssertSame(expected, Embed(folder.Open(options)));
            Assert.Single(Directory.GetFiles(cache["kept"]));
        }
    }

    [Fact]
    public void Model_folders_in_memory_have_the_checks_of_those_on_disk()
    {
        ArchitectureCase folder = ArchitectureCase.Named("modernbert");
        Dictionary<string, ReadOnlyMemory<byte>> files = FilesOf(folder.Folder);
        files["config.json"] = Encoding.UTF8.GetBytes(Encoding.UTF8.GetString(files["config.json"].Span).Replace("\"local_attention\": 16", "\"local_attention\": 14", StringComparison.Ordinal));

        string message = Assert.Throws<InvalidDataException>(() => Load(folder, files, null)).Message;

        Assert.StartsWith("The model in memory is not the one that Modernbert was compiled from: local_attention is 14 there", message, StringComparison.Ordinal);
        files["config.json"] = "{"u8.ToArray();
        Assert.StartsWith("The model in memory is not one that Modernbert can load:", Assert.Throws<InvalidDataException>(() => Load(folder, files, null)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_modules_weights_that_are_missing_are_named()
    {
        ArchitectureCase folder = ArchitectureCase.Named("dense-tanh");
        Dictionary<string, ReadOnlyMemory<byte>> files = FilesOf(folder.Folder);
        string module = files.Keys.Single(name => name.EndsWith("/model.safetensors", StringComparison.Ordinal));
        files.Remove(module);

        Assert.Equal(
            $"The dictionary of files, in '{module.Split('/')[0]}', has no model.safetensors.",
            Assert.Throws<FileNotFoundException>(() => Load(folder, files, null)).Message);
    }

    private static Dictionary<string, ReadOnlyMemory<byte>> FilesOf(string folder) => Directory.GetFiles(folder, "*", SearchOption.AllDirectories)
        .ToDictionary(path => Path.GetRelativePath(folder, path).Replace('\\', '/'), path => (ReadOnlyMemory<byte>)File.ReadAllBytes(path));

    private static ITransformerEncoder Load(ArchitectureCase folder, IReadOnlyDictionary<string, ReadOnlyMemory<byte>> files, EncoderOptions? options) =>
        (ITransformerEncoder)folder.Type.GetMethod("Load", [typeof(IReadOnlyDictionary<string, ReadOnlyMemory<byte>>), typeof(EncoderOptions)])!
            .Invoke(null, BindingFlags.DoNotWrapExceptions, null, [files, options], null)!;

    private static float[] Embed(ITransformerEncoder loaded)
    {
        using ITransformerEncoder encoder = loaded;
        float[] embedding = new float[encoder.Info.EmbeddingDimension];
        encoder.Embed([5, 3, 1, 2, 4, 2], default, embedding);
        return embedding;
    }

    private static float[] Hidden(Tiny loaded)
    {
        using Tiny encoder = loaded;
        return Encode(encoder);
    }

    private static float[] Encode(ITransformerEncoder encoder)
    {
        float[] hidden = new float[s_text.Ids.Length * Tiny.HiddenSize];
        encoder.Encode(s_text.Ids, default, hidden);
        return hidden;
    }

    /// <summary>Bytes that come a few at a time, from somewhere that can't be sought in and knows no length.</summary>
    private sealed class Trickle(byte[] bytes, int failsAt = int.MaxValue) : Stream
    {
        private int _at;

        public override bool CanRead => true;

        public override bool CanSeek => false;

        public override bool CanWrite => false;

        public override long Length => throw new NotSupportedException();

        public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

        public override int Read(byte[] buffer, int offset, int count)
        {
            if (_at >= failsAt)
            {
                throw new IOException("The network is gone.");
            }

            int length = Math.Min(Math.Min(count, 333), bytes.Length - _at);
            bytes.AsSpan(_at, length).CopyTo(buffer.AsSpan(offset));
            _at += length;
            return length;
        }

        public override void Flush() => throw new NotSupportedException();

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
    }
}
