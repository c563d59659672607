using System.Collections.Immutable;
using GeneratedEncoder.Generator.Spec;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace GeneratedEncoder.Generator.Tests;

/// <summary>Tiles and functions are there once an assembly, hold what its encoders need, and meet no other assembly's.</summary>
public sealed class SharedFilesTests
{
    private static readonly string[] s_hints =
    [
        .. new[] { "Math", "Tiles" }.SelectMany(part => new[] { "V128", "V256", "V512" }.Select(width => $"GeneratedEncoder.Kernels.{part}.{width}.g.cs")),
    ];

    /// <summary>The types of the shared files.</summary>
    internal static IEnumerable<INamedTypeSymbol> Types(Compilation compilation) =>
        ImportedNames.Types.Where(type => type.Value == ImportedNames.Kernels).Select(type => compilation.Assembly.GetTypeByMetadataName($"{type.Value}.{type.Key}")).OfType<INamedTypeSymbol>();

    [Fact]
    public void They_are_emitted_once_however_many_encoders_there_are()
    {
        foreach (string[] encoders in new[] { [Encoder("One")], new[] { Encoder("One"), Encoder("Two"), Encoder("Three", "Gelu") } })
        {
            ImmutableArray<GeneratedSourceResult> files = GeneratorHost.Generate(encoders);

            Assert.Equal(s_hints, files.Select(file => file.HintName).Where(hint => hint.StartsWith("GeneratedEncoder", StringComparison.Ordinal)).Order(StringComparer.Ordinal));
            Assert.DoesNotContain(files, file => !s_hints.Contains(file.HintName) && file.SourceText.ToString().Contains("void Tile", StringComparison.Ordinal));
        }
    }

    [Theory]
    [InlineData("class Nothing;")]
    [InlineData("[GeneratedEncoder.TransformerEncoder(HiddenSize = 0)] partial class Wrong;")]
    public void They_are_not_there_without_a_legal_encoder(string source) => Assert.Empty(GeneratorHost.Encoders(GeneratorHost.Run(GeneratorHost.Compile(source)).Result));

    [Theory]
    [InlineData("Exp2 Relu SumLanes MaxLanes", "Relu")]
    [InlineData("Exp2 Exp Gelu Silu SumLanes MaxLanes", "Gelu", "Silu", "Gelu")]
    [InlineData("Exp2 Exp Relu GeluNew SumLanes MaxLanes", "Relu", "GeluNew")]
    [InlineData("Exp2 Relu Tanh SumLanes MaxLanes", "Relu, VocabSize = 10, Head = Head.Pooler")]
    public void Functions_are_those_that_some_encoder_needs(string functions, params string[] activations)
    {
        Compilation compilation = GeneratorHost.Generated(GeneratorHost.Compile(activations.Select((activation, i) => Encoder($"Encoder{i}", activation))));

        foreach (string width in new[] { "V128", "V256", "V512" })
        {
            INamedTypeSymbol math = Assert.Single(Types(compilation), type => type.Name == $"Math{width}");
            string fused = width == "V128" ? "FusedMultiplyAdd " : "";
            Assert.Equal((fused + functions).Split(' '), math.GetMembers().OfType<IMethodSymbol>().Select(method => method.Name));
        }
    }

    [Fact]
    public void Another_encoder_of_the_same_functions_leaves_them_cached()
    {
        (GeneratorRunResult before, GeneratorRunResult after) = Add(Encoder("Two"));

        Assert.Equal([IncrementalStepRunReason.Unchanged], FunctionReasons(after));
        Assert.Equal([IncrementalStepRunReason.New, IncrementalStepRunReason.Cached], IncrementalityTests.OutputReasons(after));
        Assert.All(s_hints, hint => Assert.Same(Text(before, hint), Text(after, hint)));
    }

    [Fact]
    public void Another_encoder_of_another_function_writes_the_functions_anew_and_no_tiles()
    {
        (GeneratorRunResult before, GeneratorRunResult after) = Add(Encoder("Two", "Silu"));

        Assert.Equal([IncrementalStepRunReason.Modified], FunctionReasons(after));
        Assert.All(s_hints, hint => Assert.Equal(hint.Contains("Tiles", StringComparison.Ordinal), ReferenceEquals(Text(before, hint), Text(after, hint))));
    }

    /// <summary>As files, or as the projects that an IDE has open.</summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Assemblies_that_see_each_others_internals_have_each_their_own(bool asFiles)
    {
        const string Friends = "using System.Runtime.CompilerServices; [assembly: InternalsVisibleTo(\"Second\")] [assembly: InternalsVisibleTo(\"Third\")]";
        MetadataReference first = Reference(Assembly("First", [], Friends, Encoder("One", "Gelu"))), second = Reference(Assembly("Second", [first], Friends, Encoder("Two", "Silu")));

        Compilation third = Assembly(
            "Third", [first, second], Encoder("Three"), "class User { int Sum => Demo.One.HiddenSize + Demo.Two.HiddenSize + Demo.Three.HiddenSize; }");

        Assert.Equal(6, Types(third).Count());
        Assert.Equal(3, new[] { "Demo.One", "Demo.Two", "Demo.Three" }.Select(name => third.GetTypeByMetadataName(name)!.ContainingAssembly.Name).Distinct().Count());

        MetadataReference Reference(Compilation compilation)
        {
            if (!asFiles)
            {
                return compilation.ToMetadataReference();
            }

            using MemoryStream image = new();
            Assert.True(compilation.Emit(image).Success);
            return MetadataReference.CreateFromImage(image.ToArray());
        }
    }

    /// <summary>Where an encoder stands, and what else its project has.</summary>
    [Theory]
    [InlineData("Demo", "namespace Demo { class Kernels; }")]
    [InlineData("Demo", "namespace Demo.Kernels { class TilesV256; }")]
    [InlineData("Demo", "class Kernels; class TilesV256; class MathV128;")]
    [InlineData("Demo", "namespace Demo.GeneratedEncoder.Kernels { class TilesV256; }")]
    [InlineData("Demo", "namespace Demo.GeneratedEncoder { class Kernels; }")]
    [InlineData("Demo", "namespace GeneratedEncoder.Kernels { class Mine; }")]
    [InlineData("Demo", "namespace Demo { partial class Tiny { class Kernels; class TilesV512; static int MathV256 => 3; } }")]
    [InlineData("Demo", "namespace Microsoft.CodeAnalysis { internal sealed partial class EmbeddedAttribute : global::System.Attribute; }")]
    [InlineData("GeneratedEncoder.Kernels", "class Nothing;")]
    [InlineData("GeneratedEncoder.Kernels.Deep", "class Nothing;")]
    [InlineData("Kernels", "class Nothing;")]
    [InlineData("Demo.TilesV256.MathV256", "class Nothing;")]
    public void They_get_along_with_a_projects_names(string space, string other) => Assert.NotEmpty(GeneratorHost.Generate(
        $"namespace {space} {{ [global::GeneratedEncoder.TransformerEncoder({GeneratorHost.SmallSizes.Replace("HiddenAct.Relu", "global::GeneratedEncoder.HiddenAct.Relu")})] sealed partial class Tiny; }}", other));

    [Theory]
    [MemberData(nameof(HidingNamesTests.Attributes), MemberType = typeof(HidingNamesTests))]
    public void No_emitted_file_has_a_using_directive_that_it_does_not_need(string attribute)
    {
        Compilation compilation = GeneratorHost.Generated(GeneratorHost.Compile(GeneratorHost.Encoder(attribute)));

        Assert.Empty(compilation.GetDiagnostics().Where(diagnostic => diagnostic.Id == "CS8019" && diagnostic.Location.SourceTree != compilation.SyntaxTrees.First()));
    }

    private static string Encoder(string name, string activation = "Relu") =>
        GeneratorHost.Encoder(GeneratorHost.SmallSizes.Replace("Relu", activation), $"sealed partial class {name};");

    private static Compilation Assembly(string name, MetadataReference[] references, params string[] sources) =>
        GeneratorHost.Generated(GeneratorHost.Compile(sources).WithAssemblyName(name).AddReferences(references));

    private static (GeneratorRunResult Before, GeneratorRunResult After) Add(string source)
    {
        CSharpCompilation compilation = GeneratorHost.Compile(Encoder("One"));
        GeneratorDriver driver = GeneratorHost.Driver().RunGenerators(compilation);
        return (Assert.Single(driver.GetRunResult().Results), Assert.Single(driver.RunGenerators(compilation.AddSyntaxTrees(CSharpSyntaxTree.ParseText(source))).GetRunResult().Results));
    }

    private static IEnumerable<IncrementalStepRunReason> FunctionReasons(GeneratorRunResult result) =>
        result.TrackedSteps[EncoderGenerator.Steps.Functions].SelectMany(step => step.Outputs).Select(output => output.Reason);

    private static Microsoft.CodeAnalysis.Text.SourceText Text(GeneratorRunResult result, string hint) => Assert.Single(result.GeneratedSources, file => file.HintName == hint).SourceText;
}
