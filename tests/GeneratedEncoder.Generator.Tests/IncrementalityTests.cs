using System.Collections;
using System.Reflection;
using GeneratedEncoder.Generator.Tests.ModelFolders;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace GeneratedEncoder.Generator.Tests;

/// <summary>What is typed elsewhere costs nothing, and what is cached holds nothing of the compilation.</summary>
public sealed class IncrementalityTests
{
    private static readonly CSharpCompilation s_first = GeneratorHost.Compile(GeneratorHost.Encoder(), "class Unrelated { }");

    [Fact]
    public void An_unrelated_edit_leaves_the_encoder_cached()
    {
        CSharpCompilation second = s_first.ReplaceSyntaxTree(s_first.SyntaxTrees[1], CSharpSyntaxTree.ParseText("class Unrelated { int _edited; }"));

        AssertReasons(second, IncrementalStepRunReason.Unchanged, IncrementalStepRunReason.Cached);
    }

    [Fact]
    public void A_comment_beside_the_attribute_leaves_the_encoder_cached()
    {
        CSharpCompilation second = s_first.ReplaceSyntaxTree(s_first.SyntaxTrees[0], CSharpSyntaxTree.ParseText("// moved\n\n" + GeneratorHost.Encoder()));

        AssertReasons(second, IncrementalStepRunReason.Unchanged, IncrementalStepRunReason.Cached);
    }

    /// <summary>But not what encoders share.</summary>
    [Fact]
    public void Another_size_generates_anew()
    {
        string edited = GeneratorHost.Encoder(GeneratorHost.SmallSizes.Replace("IntermediateSize = 32", "IntermediateSize = 48"));
        CSharpCompilation second = s_first.ReplaceSyntaxTree(s_first.SyntaxTrees[0], CSharpSyntaxTree.ParseText(edited));

        AssertReasons(second, IncrementalStepRunReason.Modified, IncrementalStepRunReason.Modified, IncrementalStepRunReason.Cached);
    }

    [Fact]
    public void Another_encoders_attribute_leaves_this_one_cached()
    {
        string other = GeneratorHost.Encoder(declaration: "public partial class Other;");
        CSharpCompilation first = GeneratorHost.Compile(GeneratorHost.Encoder(), other);
        CSharpCompilation second = first.ReplaceSyntaxTree(first.SyntaxTrees[1], CSharpSyntaxTree.ParseText(other.Replace("IntermediateSize = 32", "IntermediateSize = 48")));

        GeneratorDriver driver = GeneratorHost.Driver().RunGenerators(first);
        GeneratorRunResult before = driver.GetRunResult().Results[0], after = driver.RunGenerators(second).GetRunResult().Results[0];

        Assert.Equal(
            [IncrementalStepRunReason.Modified, IncrementalStepRunReason.Cached],
            OutputReasons(after));
        Assert.Equal(before.GeneratedSources.Where(IsTiny).Select(file => file.SourceText), after.GeneratedSources.Where(IsTiny).Select(file => file.SourceText));
        Assert.NotEqual(before.GeneratedSources.Select(file => file.SourceText), after.GeneratedSources.Select(file => file.SourceText));

        static bool IsTiny(GeneratedSourceResult file) => file.HintName.Contains("Tiny", StringComparison.Ordinal);
    }

    /// <summary>Among the files: one of the folder's own that says the same in other words.</summary>
    [Fact]
    public void Other_files_and_model_folders_leave_the_encoder_cached()
    {
        CSharpCompilation compilation = GeneratorHost.Compile(TinyFolder.Declaration);
        TinyFolder tiny = new(), large = new() { Name = "large" };
        TinyFolder.TextFile notes = new("notes.txt", "a");
        AdditionalText[] first = [notes, large.File, tiny.File];
        (AdditionalText Old, AdditionalText New)[] edits =
        [
            (notes, new TinyFolder.TextFile("notes.txt", "b")),
            (first[1], large.WithConfig("\"hidden_size\": 32").File),
            (first[2], tiny.WithConfig("\"initializer_range\": 0.03").File),
        ];
        foreach ((AdditionalText old, AdditionalText edited) in edits)
        {
            GeneratorDriver driver = GeneratorHost.Driver(first).RunGenerators(compilation);
            AssertReasons(
                driver.ReplaceAdditionalText(old, edited).RunGenerators(compilation),
                EncoderGenerator.Steps.CompleteSpec, IncrementalStepRunReason.Cached, IncrementalStepRunReason.Cached);
        }
    }

    [Fact]
    public void Another_size_in_the_folder_generates_anew()
    {
        CSharpCompilation compilation = GeneratorHost.Compile(TinyFolder.Declaration);
        AdditionalText first = new TinyFolder().File;
        GeneratorDriver driver = GeneratorHost.Driver(first).RunGenerators(compilation);

        AssertReasons(
            driver.ReplaceAdditionalText(first, new TinyFolder().WithConfig("\"layer_norm_eps\": 1e-5").File).RunGenerators(compilation),
            EncoderGenerator.Steps.CompleteSpec, IncrementalStepRunReason.Modified, IncrementalStepRunReason.Modified, IncrementalStepRunReason.Cached);
    }

    /// <summary>Then another one emits its own files, and the tiles stay as they are.</summary>
    [Theory]
    [InlineData("Int8", 7)]
    [InlineData("BFloat16", 3)]
    public void Tiles_of_narrow_weights_come_with_the_first_encoder_that_has_such(string format, int files)
    {
        string narrow = $"{GeneratorHost.SmallSizes}, Weights = WeightFormat.{format}";
        CSharpCompilation first = s_first.AddSyntaxTrees(CSharpSyntaxTree.ParseText(GeneratorHost.Encoder(narrow, "public partial class Narrow;")));
        CSharpCompilation second = first.AddSyntaxTrees(CSharpSyntaxTree.ParseText(GeneratorHost.Encoder(narrow, "public partial class Another;")));

        GeneratorDriver driver = GeneratorHost.Driver().RunGenerators(s_first);
        GeneratorRunResult without = driver.GetRunResult().Results[0];
        driver = driver.RunGenerators(first);
        GeneratorRunResult one = driver.GetRunResult().Results[0];
        GeneratorRunResult two = driver.RunGenerators(second).GetRunResult().Results[0];

        string[] known = [.. without.GeneratedSources.Select(file => file.HintName)];
        string[] tiles = [.. one.GeneratedSources.Select(file => file.HintName).Where(name => name.Contains("Kernels.", StringComparison.Ordinal)).Except(known)];
        Assert.Equal(files, tiles.Length);
        Assert.Equal([.. known.Concat(tiles).Order()], one.GeneratedSources.Select(file => file.HintName).Where(name => !name.Contains("Narrow", StringComparison.Ordinal)).Order());
        Assert.Equal([IncrementalStepRunReason.Modified, IncrementalStepRunReason.Cached], FormatReasons(one));
        Assert.Equal([IncrementalStepRunReason.Unchanged, IncrementalStepRunReason.Cached], FormatReasons(two));
        Assert.Equal([IncrementalStepRunReason.New, IncrementalStepRunReason.Cached], OutputReasons(two));
        Assert.All(tiles, tile => Assert.Same(Text(one, tile), Text(two, tile)));

        static Microsoft.CodeAnalysis.Text.SourceText Text(GeneratorRunResult result, string name) => result.GeneratedSources.Single(file => file.HintName == name).SourceText;

        static IEnumerable<IncrementalStepRunReason> FormatReasons(GeneratorRunResult result) =>
            result.TrackedSteps[EncoderGenerator.Steps.Formats].SelectMany(step => step.Outputs).Select(output => output.Reason).Order();
    }

    [Fact]
    public void The_pipeline_keeps_no_symbol_syntax_or_compilation()
    {
        GeneratorRunResult result = GeneratorHost.Driver(new TinyFolder().File)
            .RunGenerators(s_first.AddSyntaxTrees(CSharpSyntaxTree.ParseText(TinyFolder.Declaration.Replace("Tiny", "Other")))).GetRunResult().Results[0];

        object[] outputs = [.. new[] { EncoderGenerator.Steps.Bundles, EncoderGenerator.Steps.Spec, EncoderGenerator.Steps.CompleteSpec, EncoderGenerator.Steps.LegalSpec, EncoderGenerator.Steps.Functions, EncoderGenerator.Steps.Formats }
            .SelectMany(step => result.TrackedSteps[step]).SelectMany(step => step.Outputs).Select(output => output.Value)];

        Assert.NotEmpty(outputs);
        foreach (object output in outputs)
        {
            AssertNothingOfTheCompilation(output, []);
        }
    }

    private static void AssertReasons(CSharpCompilation second, IncrementalStepRunReason spec, params IncrementalStepRunReason[] outputs)
    {
        GeneratorDriver driver = GeneratorHost.Driver().RunGenerators(s_first);
        AssertReasons(driver.RunGenerators(second), EncoderGenerator.Steps.Spec, spec, outputs);
    }

    private static void AssertReasons(GeneratorDriver driver, string step, IncrementalStepRunReason spec, params IncrementalStepRunReason[] outputs)
    {
        GeneratorRunResult result = driver.GetRunResult().Results[0];

        Assert.Equal([spec], result.TrackedSteps[step].SelectMany(s => s.Outputs).Select(o => o.Reason));
        Assert.Equal(outputs, OutputReasons(result));
    }

    internal static IEnumerable<IncrementalStepRunReason> OutputReasons(GeneratorRunResult result) =>
        result.TrackedOutputSteps.SelectMany(step => step.Value).SelectMany(step => step.Outputs).Select(output => output.Reason).Distinct().Order();

    private static void AssertNothingOfTheCompilation(object? value, HashSet<object> seen)
    {
        if (value is null or string || value.GetType().IsPrimitive || value.GetType().IsEnum || !seen.Add(value))
        {
            return;
        }

        Assert.False(value is ISymbol or SyntaxNode or SyntaxTree or Compilation or SemanticModel or Location, $"The pipeline keeps a {value.GetType()}.");
        if (value is IEnumerable items)
        {
            foreach (object? item in items)
            {
                AssertNothingOfTheCompilation(item, seen);
            }
        }

        foreach (FieldInfo field in value.GetType().GetFields(BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic))
        {
            AssertNothingOfTheCompilation(field.GetValue(value), seen);
        }
    }
}
