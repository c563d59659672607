extern alias runtime;

using System.Collections.Immutable;
using System.Reflection;
using System.Runtime.Loader;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace GeneratedEncoder.Generator.Tests;

/// <summary>Legal declarations under every setting of a project: each compiles without a warning, runs, and gives the same vector.</summary>
public sealed class DeclarationMatrixTests(DeclarationMatrixTests.ModelFile model) : IClassFixture<DeclarationMatrixTests.ModelFile>
{
    private const string Attribute = "[GeneratedEncoder.TransformerEncoder(HiddenSize = 16, NumHiddenLayers = 1, NumAttentionHeads = 2, IntermediateSize = 32, " +
        "MaxPositionEmbeddings = 8, VocabSize = 10, HiddenAct = GeneratedEncoder.HiddenAct.Relu)]";

    /// <summary>A declaration, where ATTRIBUTE stands for the attribute, and the type's name as others write it.</summary>
    private static readonly Dictionary<string, (string Source, string Type)> s_declarations = new()
    {
        ["public class"] = ("namespace Demo; ATTRIBUTE public sealed partial class Tiny;", "Demo.Tiny"),
        ["internal class"] = ("namespace Demo; ATTRIBUTE internal partial class Tiny;", "Demo.Tiny"),
        ["class with members, interfaces and another part"] = (
            "namespace Demo { ATTRIBUTE internal partial class Tiny : System.IFormattable { public string ToString(string? f, System.IFormatProvider? p) => $\"{HiddenSize}\"; } " +
            "partial class Tiny { public float[] Embed(int id) { float[] v = new float[HiddenSize]; Embed([id], v); return v; } } }", "Demo.Tiny"),
        ["global namespace"] = ("ATTRIBUTE internal partial class Tiny;", "Tiny"),
        ["nested namespaces"] = ("namespace A { namespace B.C { ATTRIBUTE internal partial class Tiny; } }", "A.B.C.Tiny"),
        ["namespace below the library's"] = ("namespace GeneratedEncoder.Demo; ATTRIBUTE internal partial class Tiny;", "GeneratedEncoder.Demo.Tiny"),
        ["keywords as names"] = ("namespace @namespace.@class; ATTRIBUTE internal partial class @event;", "@namespace.@class.@event"),
        ["contextual keywords as names"] = ("namespace file; ATTRIBUTE internal partial class @record;", "file.@record"),
        ["letters of other scripts"] = ("namespace Démo.Ω; ATTRIBUTE internal partial class 編碼器;", "Démo.Ω.編碼器"),
        ["in a struct"] = ("namespace Demo; internal partial struct Outer { ATTRIBUTE internal partial class Tiny; }", "Demo.Outer.Tiny"),
        ["in an interface"] = ("namespace Demo; internal partial interface IOuter { ATTRIBUTE internal partial class Tiny; }", "Demo.IOuter.Tiny"),
        ["in a record"] = ("namespace Demo; internal partial record Outer { ATTRIBUTE internal partial class Tiny; }", "Demo.Outer.Tiny"),
        ["in a record struct"] = ("namespace Demo; internal partial record struct Outer { ATTRIBUTE internal partial class Tiny; }", "Demo.Outer.Tiny"),
        ["in a static class"] = ("namespace Demo; internal static partial class Outer { ATTRIBUTE internal partial class Tiny; }", "Demo.Outer.Tiny"),
        ["in a generic class"] = ("namespace Demo; internal partial class Outer<T, @int> where T : class { internal partial class Middle<U> { ATTRIBUTE internal partial class Tiny; } }",
            "Demo.Outer<string, int>.Middle<long>.Tiny"),
        ["a name of 200 characters"] = ($"namespace Demo; ATTRIBUTE internal partial class {new string('N', 200)};", $"Demo.{new string('N', 200)}"),
        ["names that differ in case only"] = ("namespace Demo { ATTRIBUTE internal partial class Tiny; ATTRIBUTE internal partial class TINY; } namespace DEMO { ATTRIBUTE internal partial class Tiny; }", "Demo.TINY"),
        ["one name twice"] = ("namespace Demo { ATTRIBUTE internal partial class Tiny; partial class Outer { ATTRIBUTE internal partial class Tiny; } } namespace Other { ATTRIBUTE internal partial class Tiny; }", "Other.Tiny"),
    };

    private static readonly Dictionary<string, (CSharpParseOptions Parse, CSharpCompilationOptions Compile)> s_projects = new()
    {
        ["as new projects are"] = (Language(LanguageVersion.Default), Project()),
        ["Nullable disabled"] = (Language(LanguageVersion.Default), Project().WithNullableContextOptions(NullableContextOptions.Disable)),
        ["CheckForOverflowUnderflow"] = (Language(LanguageVersion.Default), Project().WithOverflowChecks(true)),
        ["TreatWarningsAsErrors, every warning, documentation demanded"] = (
            Language(LanguageVersion.Default).WithDocumentationMode(DocumentationMode.Diagnose),
            Project().WithGeneralDiagnosticOption(ReportDiagnostic.Error).WithWarningLevel(9999)),
        ["C# 13"] = (Language(LanguageVersion.CSharp13), Project()),
        ["C# 12"] = (Language(LanguageVersion.CSharp12), Project()),
        ["preview C#"] = (Language(LanguageVersion.Preview), Project()),
        ["unsafe code allowed, optimised, x64"] = (Language(LanguageVersion.Default),
            Project().WithAllowUnsafe(true).WithOptimizationLevel(OptimizationLevel.Release).WithPlatform(Platform.X64)),
    };

    public static TheoryData<string, string> Cases
    {
        get
        {
            TheoryData<string, string> cases = [];
            foreach (string declaration in s_declarations.Keys)
            {
                cases.Add(declaration, "as new projects are");
                cases.Add(declaration, "TreatWarningsAsErrors, every warning, documentation demanded");
            }

            foreach (string project in s_projects.Keys.Except(["as new projects are", "TreatWarningsAsErrors, every warning, documentation demanded"]))
            {
                cases.Add("public class", project);
                cases.Add("in a generic class", project);
                cases.Add("one name twice", project);
            }

            return cases;
        }
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void It_compiles_without_a_warning_runs_and_gives_the_same_vector(string declaration, string project)
    {
        (string source, string type) = s_declarations[declaration];
        (CSharpParseOptions parse, CSharpCompilationOptions options) = s_projects[project];
        string documented = source.Replace("ATTRIBUTE", $"/** <summary>An encoder.</summary> */ {Attribute}");
        CSharpCompilation compilation = GeneratorHost.Compile(parse, options, $"#nullable enable\n{documented}", Caller(type));

        float[] embedding = Run(GeneratorHost.Generated(compilation), model.Path);

        Assert.Equal(model.Expected, embedding);
    }

    [Theory]
    [MemberData(nameof(NarrowCases))]
    public void With_narrow_weights_it_compiles_without_a_warning_runs_and_gives_nearly_the_same_vector(string declaration, string format, double tolerance)
    {
        (string source, string type) = s_declarations[declaration];
        (CSharpParseOptions parse, CSharpCompilationOptions options) = s_projects["TreatWarningsAsErrors, every warning, documentation demanded"];
        string narrow = Attribute.Replace(")]", $", Weights = GeneratedEncoder.WeightFormat.{format})]");
        string documented = source.Replace("ATTRIBUTE", $"/** <summary>An encoder.</summary> */ {narrow}");

        float[] embedding = Run(GeneratorHost.Generated(GeneratorHost.Compile(parse, options, $"#nullable enable\n{documented}", Caller(type))), model.Path);

        double most = model.Expected.Max(value => Math.Abs(value));
        Assert.NotEqual(model.Expected, embedding);
        Assert.All(model.Expected.Zip(embedding), pair => Assert.InRange(Math.Abs(pair.First - pair.Second), 0, tolerance * most));
    }

    public static TheoryData<string, string, double> NarrowCases
    {
        get
        {
            TheoryData<string, string, double> cases = [];
            foreach (string declaration in s_declarations.Keys)
            {
                cases.Add(declaration, "Int8", 0.05);
                cases.Add(declaration, "BFloat16", 0.02);
            }

            return cases;
        }
    }

    [Fact]
    public void Friends_of_each_other_can_have_encoders_of_the_same_name()
    {
        CSharpParseOptions parse = Language(LanguageVersion.Default);
        string declaration = $"namespace Demo; {Attribute} internal sealed partial class Tiny;";
        Compilation first = GeneratorHost.Generated(GeneratorHost.Compile(
            parse, Project(), "[assembly: System.Runtime.CompilerServices.InternalsVisibleTo(\"Second\")]", declaration).WithAssemblyName("First"));
        CSharpCompilation second = GeneratorHost.Compile(parse, Project(), declaration.Replace("Demo", "Second"), Caller("Second.Tiny"), "class Both { Demo.Tiny? _first; Second.Tiny? _second; }")
            .WithAssemblyName("Second").AddReferences(first.ToMetadataReference());

        // CS0169: the fields are there for their types.
        Assert.Empty(GeneratorHost.Generated(second, demandNoWarning: false).GetDiagnostics().Where(d => d.Severity >= DiagnosticSeverity.Warning && d.Id != "CS0169"));
    }

    internal static CSharpParseOptions Language(LanguageVersion version) => new(version);

    internal static CSharpCompilationOptions Project() =>
        new(OutputKind.DynamicallyLinkedLibrary, nullableContextOptions: NullableContextOptions.Enable);

    /// <summary>A user's code that calls the encoder.</summary>
    internal static string Caller(string type) => $$"""
        internal static class Caller
        {
            internal static float[] Embed(string path)
            {
                using {{type}} encoder = {{type}}.Load(path);
                float[] embedding = new float[{{type}}.HiddenSize];
                encoder.Embed(new[] { 3, 1, 4, 1, 5 }, embedding);
                return embedding;
            }
        }
        """;

    internal static float[] Run(Compilation compilation, string path)
    {
        using MemoryStream stream = new();
        Assert.Empty(compilation.Emit(stream).Diagnostics.Where(d => d.Severity >= DiagnosticSeverity.Warning));
        stream.Position = 0;
        AssemblyLoadContext context = new(null, isCollectible: true);
        try
        {
            MethodInfo embed = context.LoadFromStream(stream).GetType("Caller", throwOnError: true)!.GetMethod("Embed", BindingFlags.NonPublic | BindingFlags.Static)!;
            return (float[])embed.Invoke(null, [path])!;
        }
        finally
        {
            context.Unload();
        }
    }

    /// <summary>The weights, and what the plainest declaration makes of them.</summary>
    public sealed class ModelFile : IDisposable
    {
        private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("matrix ");

        public ModelFile()
        {
            CSharpParseOptions parse = Language(LanguageVersion.Default);
            SmallModel.Write(Path);
            (string source, string type) = s_declarations["public class"];
            Expected = Run(GeneratorHost.Generated(GeneratorHost.Compile(parse, Project(), source.Replace("ATTRIBUTE", Attribute), Caller(type))), Path);
            Assert.Contains(Expected, value => value != 0);
            Assert.All(Expected, value => Assert.True(float.IsFinite(value)));
        }

        public string Path => System.IO.Path.Combine(_folder.FullName, "model.safetensors");

        public float[] Expected { get; }

        public void Dispose() => _folder.Delete(recursive: true);
    }
}
