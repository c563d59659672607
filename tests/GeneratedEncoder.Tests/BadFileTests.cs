using System.Text;

namespace GeneratedEncoder.Tests;

/// <summary>Files that are no safetensors file, or a damaged one: refused with InvalidDataException, never a crash.</summary>
public sealed class BadFileTests : IDisposable
{
    private static readonly EncoderCase s_case = EncoderCase.Of<Tiny>();

    private readonly TempFolder _folder = new();
    private readonly string _path;

    public BadFileTests() => _path = _folder["model.safetensors"];

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(new byte[0], "has no bytes: it is empty")]
    [InlineData(new byte[] { 1, 0, 0, 0, 0, 0, 0 }, "It has 7 bytes")]
    [InlineData(new byte[] { 0, 0, 0, 0, 0, 0, 0, 0 }, "not valid JSON")]
    [InlineData(new byte[] { 255, 255, 255, 255, 255, 255, 255, 255 }, "a header of 18446744073709551615 bytes")]
    [InlineData(new byte[] { 0, 0, 0, 0, 0, 0, 0, 128, 123, 125 }, "a header of 9223372036854775808 bytes")]
    [InlineData(new byte[] { 3, 0, 0, 0, 0, 0, 0, 0, 123, 125 }, "a header of 3 bytes, but the file has 10 bytes")]
    [InlineData(new byte[] { 2, 0, 0, 0, 0, 0, 0, 0, 255, 254 }, "not valid JSON")]
    public void Bytes_that_are_no_header(byte[] file, string message) => AssertRefused(file, message);

    [Fact]
    public void Random_bytes()
    {
        byte[] file = new byte[1000];
        for (int seed = 0; seed < 100; seed++)
        {
            new Random(seed).NextBytes(file);
            AssertRefused(file, "not a readable safetensors file");
        }
    }

    /// <summary>Random bytes hardly ever get past the first eight; bytes changed here and there do.</summary>
    [Fact]
    public void A_good_file_with_a_byte_of_its_header_changed_is_loaded_or_refused()
    {
        byte[] good = SafetensorsImage.Of(s_case.Model).ToBytes();
        int headerEnd = good.Length - SafetensorsImage.Of(s_case.Model).Data.Length, refused = 0;
        Random random = new(1);
        for (int i = 0; i < 1000; i++)
        {
            byte[] file = [.. good];
            file[random.Next(headerEnd)] = (byte)random.Next(256);
            File.WriteAllBytes(_path, file);
            string? message = Refusal(() => Tiny.Load(_path));
            Assert.Equal(message?.Replace(_path, "model.safetensors", StringComparison.Ordinal), Refusal(() => Tiny.Load(file)));
            refused += message is null ? 0 : 1;
        }

        Assert.InRange(refused, 500, 1000);
    }

    [Fact]
    public void Every_beginning_of_a_good_file()
    {
        byte[] good = SafetensorsImage.Of(s_case.Model).ToBytes();
        using FileStream stream = new(_path, FileMode.Create, FileAccess.ReadWrite, FileShare.ReadWrite);
        stream.Write(good);
        for (int length = good.Length - 1; length >= 0; length--)
        {
            stream.SetLength(length);
            stream.Flush();
            InvalidDataException exception = Assert.Throws<InvalidDataException>(() => Tiny.Load(_path));
            Assert.Contains(_path, exception.Message);
            Assert.Throws<InvalidDataException>(() => Tiny.Load(good.AsMemory(0, length)));
        }
    }

    [Theory]
    [InlineData("", "not valid JSON")]
    [InlineData("   ", "not valid JSON")]
    [InlineData("[]", "Expected StartObject for the header")]
    [InlineData("null", "Expected StartObject for the header")]
    [InlineData("{", "not valid JSON")]
    [InlineData("{}{}", "not valid JSON")]
    [InlineData("{\"a\"}", "not valid JSON")]
    [InlineData("{\"\\ud800\": {}}", "not valid JSON")]
    [InlineData("{\"a\": 1}", "the entry of tensor 'a'")]
    [InlineData("{\"a\": {}}", "'a' lacks dtype, shape or its two data_offsets")]
    [InlineData("{\"a\": {\"dtype\": 1, \"shape\": [1], \"data_offsets\": [0, 4]}}", "dtype of tensor 'a'")]
    [InlineData("{\"a\": {\"dtype\": \"F32\", \"shape\": 1, \"data_offsets\": [0, 4]}}", "shape of tensor 'a'")]
    [InlineData("{\"a\": {\"dtype\": \"F32\", \"shape\": [1], \"data_offsets\": [0]}}", "'a' lacks dtype, shape or its two data_offsets")]
    [InlineData("{\"a\": {\"dtype\": \"F32\", \"shape\": [1], \"data_offsets\": [0, 4, 8]}}", "'a' lacks dtype, shape or its two data_offsets")]
    [InlineData("{\"a\": {\"dtype\": \"F32\", \"shape\": [-1], \"data_offsets\": [0, 4]}}", "shape of tensor 'a' holds something that is not a non-negative whole number")]
    [InlineData("{\"a\": {\"dtype\": \"F32\", \"shape\": [0.5], \"data_offsets\": [0, 2]}}", "shape of tensor 'a' holds something that is not a non-negative whole number")]
    [InlineData("{\"a\": {\"dtype\": \"F32\", \"shape\": [1], \"data_offsets\": [-4, 0]}}", "data_offsets of tensor 'a' holds something that is not a non-negative whole number")]
    [InlineData("{\"a\": {\"dtype\": \"F32\", \"shape\": [1], \"data_offsets\": [0, 4.5]}}", "data_offsets of tensor 'a' holds something that is not a non-negative whole number")]
    [InlineData("{\"a\": {\"dtype\": \"F32\", \"shape\": [1], \"data_offsets\": [0, 1e30]}}", "data_offsets of tensor 'a' holds something that is not a non-negative whole number")]
    [InlineData("{\"a\": {\"dtype\": \"F32\", \"shape\": [\"1\"], \"data_offsets\": [0, 4]}}", "shape of tensor 'a' holds something that is not a non-negative whole number")]
    [InlineData("{\"a\": {\"dtype\": \"F32\", \"shape\": [1], \"data_offsets\": [4, 0]}}", "'a' is said to lie at bytes 4 to 0")]
    [InlineData("{\"a\": {\"dtype\": \"F32\", \"shape\": [3], \"data_offsets\": [0, 12]}}", "but the file has 8 bytes of data; it may be truncated")]
    [InlineData("{\"a\": {\"dtype\": \"I64\", \"shape\": [2], \"data_offsets\": [0, 16]}}", "but the file has 8 bytes of data; it may be truncated")]
    [InlineData("{\"a\": {\"dtype\": \"F32\", \"shape\": [1], \"data_offsets\": [9223372036854775803, 9223372036854775807]}}", "it may be truncated")]
    [InlineData("{\"a\": {\"dtype\": \"F32\", \"shape\": [1], \"data_offsets\": [0, 8]}}", "'a' of shape [1] and type F32 needs 4 bytes, but its data_offsets span 8")]
    [InlineData("{\"a\": {\"dtype\": \"F16\", \"shape\": [4, 2], \"data_offsets\": [0, 8]}}", "'a' of shape [4, 2] and type F16 needs 16 bytes, but its data_offsets span 8")]
    [InlineData("{\"a\": {\"dtype\": \"F32\", \"shape\": [4611686018427387904, 4], \"data_offsets\": [0, 0]}}", "'a' of shape [4611686018427387904, 4] is larger than any file")]
    [InlineData("{\"a\": {\"dtype\": \"F32\", \"shape\": [1], \"data_offsets\": [0, 4]}, \"a\": {\"dtype\": \"F32\", \"shape\": [1], \"data_offsets\": [4, 8]}}", "'a' is listed twice")]
    [InlineData("{\"a\": {\"dtype\": \"F32\", \"shape\": [1], \"data_offsets\": [0, 4]}, \"\\u0061\": {\"dtype\": \"F32\", \"shape\": [1], \"data_offsets\": [4, 8]}}", "'a' is listed twice")]
    [InlineData("{\"a\": {\"dtype\": \"F32\", \"shape\": [1], \"data_offsets\": [0, 4]}, \"b\": {\"dtype\": \"F32\", \"shape\": [1], \"data_offsets\": [0, 4]}}", "'a' and 'b' overlap")]
    [InlineData("{\"a\": {\"dtype\": \"F32\", \"shape\": [2], \"data_offsets\": [0, 8]}, \"b\": {\"dtype\": \"F16\", \"shape\": [1], \"data_offsets\": [2, 4]}}", "'a' and 'b' overlap")]
    [InlineData("{\"a\": {\"dtype\": \"F32\", \"shape\": [1], \"data_offsets\": [0, 4]}}", "has no tensor 'encoder.layer.0.attention.self.query.weight'")]
    [InlineData("{}", "has no tensor 'encoder.layer.0.attention.self.query.weight'")]
    public void Headers_that_contradict_the_format_or_the_file(string header, string message) =>
        AssertRefused(SafetensorsImage.ToBytes(header, new byte[8]), message);

    /// <summary>Deeper than any parser's stack, and than any header needs.</summary>
    [Fact]
    public void A_header_nested_a_million_deep() =>
        AssertRefused(SafetensorsImage.ToBytes("{\"__metadata__\":" + new string('[', 1_000_000), []), "not valid JSON");

    /// <summary>The longest header there may be, of as many tensors as fit: what it makes the reader allocate is in proportion.</summary>
    [Fact]
    public void A_header_of_250_000_tensors()
    {
        string header = $"{{{string.Join(',', Enumerable.Range(0, 250_000).Select(i => $"\"{i}\":{{\"dtype\":\"\",\"shape\":[],\"data_offsets\":[0,0]}}"))}}}";
        File.WriteAllBytes(_path, SafetensorsImage.ToBytes(header, []));
        long before = GC.GetAllocatedBytesForCurrentThread();

        InvalidDataException exception = Assert.Throws<InvalidDataException>(() => Tiny.Load(_path));

        Assert.Contains("It has 250000 tensors, such as '0'.", exception.Message);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 400_000_000);
    }

    [Fact]
    public void A_header_longer_than_any() => AssertRefused(SafetensorsImage.ToBytes(new string(' ', 16_000_001), []), "and a header at most 16000000.");

    [Fact]
    public void A_tensor_of_more_dimensions_than_any() => AssertRefused(
        SafetensorsImage.ToBytes($"{{\"a\": {{\"dtype\": \"F32\", \"shape\": [{string.Join(',', Enumerable.Repeat(1, 33))}], \"data_offsets\": [0, 4]}}}}", new byte[8]),
        "The shape of tensor 'a' holds more than 32 numbers.");

    [Fact]
    public void A_pointer_of_Git_LFS_in_place_of_the_model() => AssertRefused(
        Encoding.ASCII.GetBytes("version https://git-lfs.github.com/spec/v1\noid sha256:4d7a214614ab2935c943f9e0ff69d22eadbb8f32b1258daaa5e2ca24d17e2393\nsize 90868376\n"),
        "It is a Git LFS pointer");

    [Fact]
    public void A_file_that_is_not_there()
    {
        FileNotFoundException exception = Assert.Throws<FileNotFoundException>(() => Tiny.Load(_path));
        Assert.Equal(_path, exception.FileName);
        Assert.Throws<DirectoryNotFoundException>(() => Tiny.Load(_folder["missing/model.safetensors"]));
    }

    [Theory]
    [InlineData("config.json", "has no model.safetensors and no model.safetensors.index.json.")]
    [InlineData("pytorch_model.bin", "its pytorch_model.bin must be converted to safetensors")]
    public void A_folder_without_a_model(string file, string message)
    {
        Directory.CreateDirectory(_path);
        File.WriteAllText(Path.Combine(_path, file), "{}");

        FileNotFoundException exception = Assert.Throws<FileNotFoundException>(() => Tiny.Load(_path));

        Assert.Contains(_path, exception.Message);
        Assert.Contains(message, exception.Message);
    }

    [Fact]
    public void No_path()
    {
        Assert.Throws<ArgumentNullException>("path", () => Tiny.Load((string)null!));
        Assert.Throws<ArgumentNullException>("model", () => Tiny.Load((Stream)null!));
        Assert.Throws<ArgumentNullException>("files", () => Tiny.Load((IReadOnlyDictionary<string, ReadOnlyMemory<byte>>)null!));
        Assert.Throws<ArgumentException>("path", () => Tiny.Load(""));
    }

    private void AssertRefused(byte[] file, string message)
    {
        File.WriteAllBytes(_path, file);
        InvalidDataException exception = Assert.Throws<InvalidDataException>(() => Tiny.Load(_path));
        Assert.Contains(_path, exception.Message);
        Assert.Contains(message, exception.Message);

        // The same of memory and of streams, which have a name in place of a path.
        foreach (Action load in new Action[] { () => Tiny.Load(file), () => Tiny.Load(new MemoryStream(file)) })
        {
            string inMemory = Assert.Throws<InvalidDataException>(load).Message;
            Assert.Contains("'model.safetensors'", inMemory);
            Assert.Contains(message, inMemory);
        }
    }

    /// <summary>What a load is refused with; null if it isn't.</summary>
    private static string? Refusal(Func<Tiny> load)
    {
        try
        {
            load().Dispose();
            return null;
        }
        catch (InvalidDataException e)
        {
            return e.Message;
        }
    }
}
