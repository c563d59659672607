using CsCheck;
using GeneratedEncoder.Fuzz;

namespace GeneratedEncoder.Tests;

/// <summary>
/// The fuzzer's targets on its corpus, which has every input that ever found something, and on a few thousand mutations of it: what
/// strangers wrote is read, or refused with an exception that the documentation names. The fuzzer itself runs longer: tests/README.md.
/// </summary>
public sealed class FuzzTests
{
    public static TheoryData<string> Targets => [.. FuzzTarget.All.Select(target => target.Name)];

    [Theory]
    [MemberData(nameof(Targets))]
    public void Every_input_of_the_corpus(string name)
    {
        FuzzTarget target = FuzzTarget.Named(name);
        byte[][] corpus = [.. Corpus.Of(target)];

        Assert.NotEmpty(corpus);
        Assert.All(target.Seeds.Concat(corpus), input => Assert.Null(Execution.Finding(target, input)));
    }

    [Theory]
    [MemberData(nameof(Targets))]
    public void Mutations_of_it(string name)
    {
        FuzzTarget target = FuzzTarget.Named(name);
        byte[][] inputs = [.. target.Seeds, .. Corpus.Of(target)];

        Gen.Int.Sample(
            seed =>
            {
                Random random = new(seed);
                byte[] input = new Mutator(random, target.Words).Mutate(inputs[random.Next(inputs.Length)], inputs);
                return Execution.Finding(target, input) is { } finding ? throw new InvalidOperationException($"{target.Name} {Convert.ToBase64String(input)}\n{finding}") : true;
            },
            iter: 2000,
            threads: 1);
    }

    /// <summary>The seeds are good files: a target that refuses them all would find nothing.</summary>
    [Theory]
    [InlineData("header", 6)]
    [InlineData("load", 3)]
    [InlineData("shards", 1)]
    [InlineData("build", 4)]
    [InlineData("folder", 4)]
    [InlineData("tokenizer", 4)]
    public void Seeds_that_are_read(string name, int least)
    {
        FuzzTarget target = FuzzTarget.Named(name);

        Assert.InRange(target.Seeds.Count(input => Record.Exception(() => target.Run(input)) is null), least, target.Seeds.Count());
    }

    [Fact]
    public void A_broken_target_is_found() => Assert.Contains("not documented", Execution.Finding(new BrokenTarget(), [1]));

    private sealed class BrokenTarget : FuzzTarget
    {
        public override string Name => "broken";

        public override IEnumerable<byte[]> Seeds => [];

        public override void Run(byte[] input) => throw new InvalidOperationException("not documented");
    }
}
