using GeneratedEncoder.Oracles;

namespace GeneratedEncoder.Tests;

/// <summary>Vectors that no trained network would see: finite results that still agree with double precision.</summary>
public sealed class ExtremeInputTests(ITestOutputHelper output)
{
    public static TheoryData<string> Names => [.. EncoderCase.All.Where(encoder => encoder.TakesVectors && encoder.Attribute.Weights == WeightFormat.Float32).Select(encoder => encoder.Name)];

    /// <summary>Scores of order 1e8: attention sees one token only, and exp's arguments leave every range.</summary>
    [Theory]
    [MemberData(nameof(Names))]
    public void Vectors_of_10_000_times_the_usual_size(string name) => Check(name, random => random * 1e4f);

    /// <summary>Scores of order 1e-8: attention is flat, and every norm but the pre-norm's first sees its epsilon.</summary>
    [Theory]
    [MemberData(nameof(Names))]
    public void Vectors_of_a_10_000th_of_the_usual_size(string name) => Check(name, random => random * 1e-4f);

    [Theory]
    [MemberData(nameof(Names))]
    public void Vectors_of_zeros(string name) => Check(name, _ => 0);

    /// <summary>A norm of such a row divides nothing by the square root of epsilon.</summary>
    [Theory]
    [MemberData(nameof(Names))]
    public void Vectors_of_ones(string name) => Check(name, _ => 1);

    /// <summary>Attention is a tie between all tokens.</summary>
    [Theory]
    [MemberData(nameof(Names))]
    public void The_same_vector_again_and_again(string name)
    {
        EncoderCase encoder = EncoderCase.Named(name);
        float[] vector = RandomModel.Vectors(encoder.Shape, seed: 4, tokens: 1);
        Check(encoder, [.. Enumerable.Repeat(vector, 13).SelectMany(values => values)]);
    }

    private void Check(string name, Func<float, float> value)
    {
        EncoderCase encoder = EncoderCase.Named(name);
        Check(encoder, Array.ConvertAll(RandomModel.Vectors(encoder.Shape, seed: 3, tokens: 13), random => value(random)));
    }

    private void Check(EncoderCase encoder, float[] vectors)
    {
        Text text = Text.OfVectors(vectors, 13);
        using Subject subject = Subject.Load(encoder);
        using Reference reference = new(encoder);

        (float[] hidden, float[] attentions) = subject.Attend(text);

        (double[] exactHidden, double[] exactAttentions) = reference.Attend(text);
        double error = Difference.Max(hidden, exactHidden), attentionError = Difference.Max(attentions, exactAttentions);
        output.WriteLine($"largest error {error:e1}, of attention weights {attentionError:e1}");
        Assert.All(hidden, value => Assert.True(float.IsFinite(value)));
        Assert.All(subject.Embed(text), value => Assert.True(float.IsFinite(value)));
        Assert.InRange(error, 0, 3e-5);
        Assert.InRange(attentionError, 0, 1e-5);
    }
}
