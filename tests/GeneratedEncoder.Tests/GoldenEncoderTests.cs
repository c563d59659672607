using GeneratedEncoder.Oracles;

namespace GeneratedEncoder.Tests;

/// <summary>The generated encoders against outputs that PyTorch computed in double precision.</summary>
public sealed class GoldenEncoderTests(ITestOutputHelper output)
{
    public static TheoryData<string> Names => [.. Covered.Select(golden => golden.Name)];

    public static TheoryData<string> HeadNames => [.. Covered.Where(HasHead).Select(golden => golden.Name)];

    /// <summary>The goldens that there is an encoder for.</summary>
    private static IEnumerable<Golden> Covered =>
        Golden.All().Where(golden => EncoderCase.Classic.Any(encoder => encoder.Name == TypeName(golden.Name)));

    [Theory]
    [MemberData(nameof(Names))]
    public void Hidden_states_are_those_of_PyTorch(string name)
    {
        (Golden golden, EncoderCase encoder) = Find(name);
        using Subject subject = Subject.Load(encoder, golden.Model());

        double error = golden.Texts.Max(text => golden.HiddenError(text, subject.Encode(Input(golden, text))));

        output.WriteLine($"largest error {error:e1}");
        Assert.InRange(error, 0, 3e-5);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Attention_weights_are_those_of_PyTorch(string name)
    {
        (Golden golden, EncoderCase encoder) = Find(name);
        GoldenText[] texts = [.. golden.Texts.Where(text => text.Attentions.Length > 0)];
        if (texts.Length == 0)
        {
            Assert.NotEqual(0, golden.Ends); // Only goldens too large for it come without attention weights.
            return;
        }

        using Subject subject = Subject.Load(encoder, golden.Model());

        double error = texts.Max(text => Difference.Max(subject.Attend(Input(golden, text)).Attentions, text.Attentions));

        output.WriteLine($"largest error {error:e1}");
        Assert.InRange(error, 0, 1e-5);
    }

    [Theory]
    [MemberData(nameof(HeadNames))]
    public void Heads_give_what_PyTorch_gives(string name)
    {
        (Golden golden, EncoderCase encoder) = Find(name);
        using Subject subject = Subject.Load(encoder, golden.Model());

        double error = golden.Texts.Max(text => golden.HeadError(text, subject.Head!.One(Input(golden, text))));

        output.WriteLine($"largest error {error:e1}");
        Assert.InRange(error, 0, 3e-5);
    }

    [Fact]
    public void Every_golden_of_a_head_has_its_encoder() =>
        Assert.Empty(Golden.All().Where(HasHead).Select(golden => golden.Name).Except(Covered.Select(golden => golden.Name)));

    /// <summary>odd-gelu-new-prenorm is OddGeluNewPrenorm, and both have the same shape.</summary>
    private static (Golden Golden, EncoderCase Encoder) Find(string name)
    {
        Golden golden = Golden.All().Single(golden => golden.Name == name);
        EncoderCase encoder = EncoderCase.Named(TypeName(name));
        Assert.Equal(golden.Shape, encoder.Shape);
        return (golden, encoder);
    }

    private static bool HasHead(Golden golden) => golden.Shape.Head != "None";

    private static string TypeName(string golden) =>
        string.Concat(golden.Split('-').Select(word => char.ToUpperInvariant(word[0]) + word[1..]));

    private static Text Input(Golden golden, GoldenText text) => golden.Shape.VocabSize == 0
        ? Text.OfVectors(golden.Vectors(text), text.Tokens)
        : new Text
        {
            Ids = text.Ids,
            TypeIds = golden.Shape.TypeVocabSize > 0 ? text.TypeIds : null,
            Lengths = [text.Tokens],
            Positions = text.Positions,
        };
}
