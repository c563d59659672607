using System.Collections;
using System.Reflection;
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

    [Fact]
    public void Another_size_generates_anew()
    {
        string edited = GeneratorHost.Encoder(GeneratorHost.SmallSizes.Replace("IntermediateSize = 32", "IntermediateSize = 48"));
        CSharpCompilation second = s_first.ReplaceSyntaxTree(s_first.SyntaxTrees[0], CSharpSyntaxTree.ParseText(edited));

        AssertReasons(second, IncrementalStepRunReason.Modified, IncrementalStepRunReason.Modified);
    }

    [Fact]
    public void The_pipeline_keeps_no_symbol_syntax_or_compilation()
    {
        GeneratorRunResult result = GeneratorHost.Driver().RunGenerators(s_first).GetRunResult().Results[0];

        object[] outputs = [.. result.TrackedSteps[EncoderGenerator.Steps.Spec].SelectMany(step => step.Outputs).Select(output => output.Value)];

        Assert.NotEmpty(outputs);
        foreach (object output in outputs)
        {
            AssertNothingOfTheCompilation(output, []);
        }
    }

    private static void AssertReasons(CSharpCompilation second, IncrementalStepRunReason spec, IncrementalStepRunReason output)
    {
        GeneratorDriver driver = GeneratorHost.Driver().RunGenerators(s_first);
        GeneratorRunResult result = driver.RunGenerators(second).GetRunResult().Results[0];

        Assert.Equal([spec], result.TrackedSteps[EncoderGenerator.Steps.Spec].SelectMany(step => step.Outputs).Select(o => o.Reason));
        Assert.Equal([output], result.TrackedOutputSteps.SelectMany(step => step.Value).SelectMany(step => step.Outputs).Select(o => o.Reason).Distinct());
    }

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
