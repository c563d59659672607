namespace GeneratedEncoder.Generator.Tests;

/// <summary>Legal declarations and hosts: each compiles without a warning (<see cref="GeneratorHost.Generate"/> demands it).</summary>
public sealed class DeclarationTests
{
    [Theory]
    [InlineData("internal partial class Tiny;")]
    [InlineData("public partial class Tiny { public int Mine => HiddenSize; }")]
    [InlineData("/// <summary>Mine.</summary>\npublic sealed partial class @class;")]
    public void Classes_of_many_kinds(string declaration) =>
        Assert.NotEmpty(GeneratorHost.Generate(GeneratorHost.Encoder(declaration: declaration)));

    [Theory]
    [InlineData("using GeneratedEncoder; [TransformerEncoder({0})] public partial class Tiny;")]
    [InlineData("using GeneratedEncoder; namespace @namespace.A { public partial class Outer<T> { partial struct Middle { [TransformerEncoder({0})] internal partial class Tiny; } } }")]
    [InlineData("using GeneratedEncoder; namespace GeneratedEncoder.Demo { partial interface IOuter { [TransformerEncoder({0})] public partial class Tiny; } }")]
    public void Classes_in_many_places(string source) =>
        Assert.NotEmpty(GeneratorHost.Generate(source.Replace("{0}", GeneratorHost.SmallSizes)));

    [Fact]
    public void One_name_in_two_namespaces_and_a_name_of_200_characters()
    {
        string attribute = $"[TransformerEncoder({GeneratorHost.SmallSizes})]";
        string longName = new('N', 200);

        var files = GeneratorHost.Generate(
            $"using GeneratedEncoder; namespace A {{ {attribute} partial class Tiny; }} namespace B {{ {attribute} partial class Tiny; {attribute} partial class {longName}; }}");

        Assert.Equal(files.Length, files.Select(file => file.HintName).Distinct(StringComparer.OrdinalIgnoreCase).Count());
        Assert.All(files, file => Assert.InRange(file.HintName.Length, 1, 140));
    }

    [Fact]
    public void An_inner_layer_as_wide_as_the_outer_ones() => Assert.NotEmpty(GeneratorHost.Generate(
        GeneratorHost.Encoder(GeneratorHost.SmallSizes.Replace("IntermediateSize = 32", "IntermediateSize = 16"))));
}
