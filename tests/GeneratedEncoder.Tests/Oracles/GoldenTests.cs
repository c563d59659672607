using GeneratedEncoder.Oracles;

namespace GeneratedEncoder.Tests.Oracles;

/// <summary>ONNX Runtime against PyTorch: two implementations of the definition that share nothing but the weights.</summary>
public sealed class GoldenTests(ITestOutputHelper output)
{
    public static TheoryData<string> Names => [.. Golden.All().Select(golden => golden.Name)];

    public static TheoryData<string> HeadNames =>
        [.. Golden.All().Where(golden => golden.Shape.Head != "None").Select(golden => golden.Name)];

    [Theory]
    [MemberData(nameof(Names))]
    public void Weights_are_those_of_Python(string name)
    {
        Golden golden = Find(name);
        Assert.Equal(golden.Checksum, golden.Model().Checksum());
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Double_precision_agrees(string name)
    {
        Golden golden = Find(name);
        using OnnxEncoder encoder = OnnxEncoder.Create(
            golden.Model(), new OnnxEncoderOptions { Float64 = true, Attentions = true });
        double error = golden.Texts.Max(text =>
        {
            (double[] hidden, double[] attentions) = golden.Shape.VocabSize > 0
                ? encoder.Attend64(text.Ids, text.TypeIds)
                : encoder.AttendVectors64(golden.Vectors(text));
            return Math.Max(golden.HiddenError(text, hidden), HasAttentions(text) ? Difference.Max(attentions, text.Attentions) : 0);
        });
        Check(error, 1e-12);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Single_precision_agrees(string name)
    {
        Golden golden = Find(name);
        using OnnxEncoder encoder = OnnxEncoder.Create(golden.Model(), new OnnxEncoderOptions { Attentions = true });
        double error = golden.Texts.Max(text =>
        {
            (float[] hidden, float[] attentions) = golden.Shape.VocabSize > 0
                ? encoder.Attend(text.Ids, text.TypeIds)
                : encoder.AttendVectors(golden.Vectors(text));
            return Math.Max(golden.HiddenError(text, hidden), HasAttentions(text) ? Difference.Max(attentions, text.Attentions) : 0);
        });
        Check(error, 3e-5);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Fused_operators_agree(string name)
    {
        Golden golden = Find(name);
        using OnnxEncoder encoder = OnnxEncoder.Create(golden.Model(), new OnnxEncoderOptions { Fused = true });
        double error = golden.Texts.Max(text => golden.HiddenError(text, golden.Shape.VocabSize > 0
            ? encoder.Encode(text.Ids, text.TypeIds)
            : encoder.EncodeVectors(golden.Vectors(text))));
        Check(error, 3e-5);
    }

    [Theory]
    [MemberData(nameof(HeadNames))]
    public void Heads_agree_in_double_precision(string name)
    {
        Golden golden = Find(name);
        using OnnxEncoder encoder = OnnxEncoder.Create(golden.Model(), new OnnxEncoderOptions { Float64 = true });
        Check(golden.Texts.Max(text => golden.HeadError(text, AtPositions(golden, text, encoder.Head64(text.Ids, text.TypeIds)))), 1e-12);
    }

    [Theory]
    [MemberData(nameof(HeadNames))]
    public void Heads_agree_in_single_precision(string name)
    {
        Golden golden = Find(name);
        using OnnxEncoder encoder = OnnxEncoder.Create(golden.Model());
        Check(golden.Texts.Max(text => golden.HeadError(text, AtPositions(golden, text, encoder.Head(text.Ids, text.TypeIds)))), 3e-5);
    }

    /// <summary>A masked language model's rows at the positions asked for; any other output as it is.</summary>
    private static T[] AtPositions<T>(Golden golden, GoldenText text, T[] output)
    {
        int words = golden.Shape.VocabSize;
        return text.Positions.Length == 0 ? output : [.. text.Positions.SelectMany(token => output[(token * words)..((token + 1) * words)])];
    }

    private static Golden Find(string name) => Golden.All().Single(golden => golden.Name == name);

    private static bool HasAttentions(GoldenText text) => text.Attentions.Length > 0;

    private void Check(double error, double tolerance)
    {
        output.WriteLine($"largest error {error:e1}");
        Assert.True(error <= tolerance, $"error {error:e1} above {tolerance:e0}");
    }
}
