using GeneratedEncoder.Generator.Spec;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace GeneratedEncoder.Generator.Tests;

/// <summary>Whatever names a project brings into scope: the generated code compiles without a warning and gives the same vector.</summary>
public sealed class SurroundingsTests(DeclarationMatrixTests.ModelFile model) : IClassFixture<DeclarationMatrixTests.ModelFile>
{
    private const string Attribute = "[global::GeneratedEncoder.TransformerEncoder(HiddenSize = 16, NumHiddenLayers = 1, NumAttentionHeads = 2, IntermediateSize = 32, " +
        "MaxPositionEmbeddings = 8, VocabSize = 10, HiddenAct = global::GeneratedEncoder.HiddenAct.Relu)]";

    /// <summary>What imports a project's types in place of those that emitted code means; each as often as C# can tell types apart.</summary>
    private static readonly string s_types = string.Concat(ImportedNames.Types.Keys.Where(name => !name.EndsWith("Attribute", StringComparison.Ordinal))
        .Select(name => $"public class {name} {{ }} public class {name}<T> {{ }} "));

    /// <summary>Methods and constants that are called like the emitted code's own.</summary>
    private static readonly string s_members = string.Concat(
        new[] { "Tile6x16", "Tile1x16", "Rows16", "Rows32", "Load", "Exp", "Exp2", "Relu", "SumLanes", "MaxLanes", "Store", "Forward", "Heads", "Project", "Combine", "EvenBlock", "Pack", "Embed", "LayerNorm", "Pool" }
            .Select(name => $"public static object {name}(params object[] all) => throw new global::System.NotImplementedException(); ")) +
        string.Concat(new[] { "HiddenSize", "MaxTokens", "K", "Scratch", "Own", "Eps", "PackTokens" }.Select(name => $"public const int {name} = -1; "));

    /// <summary>Extension methods that fit what emitted code calls.</summary>
    private const string Extensions =
        "public static void StoreUnsafe<T>(this global::System.Runtime.Intrinsics.Vector256<T> v, ref T t, nuint i) => throw new global::System.NotImplementedException(); " +
        "public static void StoreUnsafe<T>(this global::System.Runtime.Intrinsics.Vector256<T> v, ref T t) => throw new global::System.NotImplementedException(); " +
        "public static global::System.Runtime.Intrinsics.Vector256<int> AsInt32(this global::System.Runtime.Intrinsics.Vector256<float> v) => throw new global::System.NotImplementedException(); " +
        "public static global::System.Runtime.Intrinsics.Vector256<float> AsSingle(this global::System.Runtime.Intrinsics.Vector256<int> v) => throw new global::System.NotImplementedException(); " +
        "public static global::System.Runtime.Intrinsics.Vector128<float> GetLower(this global::System.Runtime.Intrinsics.Vector256<float> v) => throw new global::System.NotImplementedException(); " +
        "public static void CopyTo<T>(this global::System.Span<T> v, global::System.Span<T> t) => throw new global::System.NotImplementedException(); ";

    private static readonly Dictionary<string, string> s_surroundings = new()
    {
        ["nothing"] = "",
        ["the SDK's implicit usings"] = string.Concat(new[] { "System", "System.IO", "System.Linq", "System.Collections.Generic", "System.Net.Http", "System.Threading", "System.Threading.Tasks" }
            .Select(space => $"global using {space}; ")),
        ["a global using of a namespace with such types"] = $"global using Acme.Jobs; namespace Acme.Jobs {{ {s_types} }}",
        ["global aliases"] = string.Concat(ImportedNames.Types.Keys.Select(name => $"global using {name} = global::System.Text.StringBuilder; ")),
        ["aliases of namespaces"] = "global using System = global::System.Text; global using GeneratedEncoder = global::System.Text; global using Runtime = global::System.Text;",
        ["a global using static of such members"] = $"global using static Acme.Tools; namespace Acme {{ public static class Tools {{ {s_members} }} }}",
        ["a global using static of such types"] = $"global using static Acme.Tools; namespace Acme {{ public static class Tools {{ {s_types} }} }}",
        ["a global using of such extension methods"] = $"global using Acme; namespace Acme {{ public static class Tools {{ {Extensions} }} }}",
        ["such types in the same namespace"] = $"namespace Demo.Inner {{ {s_types} }}",
        ["such types in the namespace around"] = $"namespace Demo {{ {s_types} }}",
        ["such types in the global namespace"] = s_types,
        ["such extension methods in the same namespace"] = $"namespace Demo.Inner {{ public static class Tools {{ {Extensions} }} }}",
        ["such namespaces"] = string.Concat(ImportedNames.Types.Keys.Concat(["System", "GeneratedEncoder", "Runtime"]).Select(name => $"namespace Demo.Inner.{name} {{ public class Something {{ }} }} ")),
        ["such types in the containing class"] = $"namespace Demo.Inner {{ partial class Outer {{ {s_types} }} }}",
        ["such properties in the containing class"] = "namespace Demo.Inner { partial class Outer { " +
            string.Concat(ImportedNames.Types.Keys.Concat(["System", "GeneratedEncoder"]).Select(name => $"public static int {name} => 0; ")) + "} }",
        ["such types and properties in the class itself"] = "namespace Demo.Inner { partial class Outer { internal partial class Tiny { public class Workspace { } public class Vector256<T> { } public static int Unsafe => 0; " +
            "public static class MemoryMarshal { } public enum Head { } public int MathF => 3; public class System { } } } }",
    };

    public static TheoryData<string, bool> Cases
    {
        get
        {
            TheoryData<string, bool> cases = [];
            foreach (string surroundings in s_surroundings.Keys)
            {
                cases.Add(surroundings, true);
                if (!s_surroundings[surroundings].Contains("partial class Outer", StringComparison.Ordinal))
                {
                    cases.Add(surroundings, false);
                }
            }

            return cases;
        }
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void It_compiles_runs_and_gives_the_same_vector(string surroundings, bool inNamespace)
    {
        // The global namespace's encoder has another name than the types around it, as any class must.
        string source = inNamespace ? $"namespace Demo.Inner {{ partial class Outer {{ {Attribute} internal partial class Tiny; }} }}" : $"{Attribute} internal partial class Tiny;";
        string caller = DeclarationMatrixTests.Caller(inNamespace ? "global::Demo.Inner.Outer.Tiny" : "global::Tiny");
        CSharpCompilation compilation = GeneratorHost.Compile(
            DeclarationMatrixTests.Language(LanguageVersion.Default), DeclarationMatrixTests.Project(), $"#nullable enable\n{source}", $"#nullable enable\n{caller}", s_surroundings[surroundings]);

        Assert.Equal(model.Expected, DeclarationMatrixTests.Run(GeneratorHost.Generated(compilation), model.Path));
    }

    /// <summary>Every part of the code, under global usings that have all of its names.</summary>
    [Theory]
    [MemberData(nameof(HidingNamesTests.Attributes), MemberType = typeof(HidingNamesTests))]
    public void Every_kind_of_encoder_compiles_beside_the_same_names(string attribute)
    {
        string encoder = $"namespace Demo.Inner {{ using global::GeneratedEncoder; [global::GeneratedEncoder.TransformerEncoder({Qualified(attribute)})] public sealed partial class Tiny; }}";
        foreach (string surroundings in new[] { "a global using of a namespace with such types", "global aliases", "such types in the same namespace" })
        {
            Assert.NotNull(GeneratorHost.Generated(GeneratorHost.Compile(encoder, s_surroundings[surroundings])));
        }

        static string Qualified(string text) => text.Replace(" = HiddenAct.", " = global::GeneratedEncoder.HiddenAct.").Replace(" = ModelType.", " = global::GeneratedEncoder.ModelType.")
            .Replace(" = Head.", " = global::GeneratedEncoder.Head.").Replace(" = Pooling.", " = global::GeneratedEncoder.Pooling.").Replace(" = NormPlacement.", " = global::GeneratedEncoder.NormPlacement.")
            .Replace(" = WeightFormat.", " = global::GeneratedEncoder.WeightFormat.");
    }

    /// <summary>In any namespace of its own an encoder's code has the short names, whatever is used globally.</summary>
    [Fact]
    public void Names_that_nothing_takes_stay_short()
    {
        (GeneratorRunResult result, _) = GeneratorHost.Run(GeneratorHost.Compile(GeneratorHost.Encoder(), s_surroundings["a global using of a namespace with such types"]));

        foreach (GeneratedSourceResult file in result.GeneratedSources)
        {
            string code = string.Join('\n', file.SourceText.ToString().Split('\n').Where(line => !line.Contains("using global::", StringComparison.Ordinal) && !line.TrimStart().StartsWith("//", StringComparison.Ordinal)));
            Assert.DoesNotContain("global::GeneratedEncoder", code, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void A_CLS_compliant_assembly_has_no_warning_of_it()
    {
        foreach (string attribute in HidingNamesTests.All)
        {
            CSharpCompilation compilation = GeneratorHost.Compile("[assembly: System.CLSCompliant(true)]", GeneratorHost.Encoder(attribute));
            Assert.NotNull(GeneratorHost.Generated(compilation));
        }
    }
}
