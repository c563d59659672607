extern alias generator;

using System.Buffers.Binary;
using System.Runtime.Loader;
using System.Text;
using generator::GeneratedEncoder.Generator;
using generator::GeneratedEncoder.Generator.Spec.ModelFolders;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.Text;

namespace GeneratedEncoder.Benchmarks;

/// <summary>
/// An encoder compiled from a model folder that a run has just made, in the way a project compiles one: the generator sees config.json and the
/// tensors' header, and the compiler what it writes. Processes load the assembly without a compiler in their memory.
/// </summary>
internal static class CompiledFolder
{
    private const string TypeName = "Encoder";

    /// <summary>Compiles the encoder of a folder.</summary>
    /// <param name="folder">A folder with config.json and model.safetensors.</param>
    /// <param name="name">The assembly's name: no two of the same may be loaded into a process.</param>
    /// <param name="path">Where the assembly is written to.</param>
    /// <exception cref="InvalidOperationException">The generator refuses the folder.</exception>
    public static void Compile(string folder, string name, string path)
    {
        string source = $"[GeneratedEncoder.TransformerEncoder(\"{name}\")] public sealed partial class {TypeName};";
        CSharpCompilation compilation = CSharpCompilation.Create(
            name, [CSharpSyntaxTree.ParseText(source)], GeneratorTimes.References,
            new CSharpCompilationOptions(OutputKind.DynamicallyLinkedLibrary, optimizationLevel: OptimizationLevel.Release));
        ModelBundle bundle = new()
        {
            Name = name,
            Folder = folder,
            OutputFolder = folder,
            Files = new Dictionary<string, string> { ["config.json"] = File.ReadAllText(Path.Combine(folder, "config.json")), ["model.safetensors"] = Header(Path.Combine(folder, "model.safetensors")) },
        };
        CSharpGeneratorDriver.Create([new EncoderGenerator().AsSourceGenerator()], [new BundleText(bundle)])
            .RunGeneratorsAndUpdateCompilation(compilation, out Compilation complete, out _);
        var result = complete.Emit(path);
        if (!result.Success)
        {
            throw new InvalidOperationException($"{name}: {string.Join('\n', result.Diagnostics.Where(d => d.Severity == DiagnosticSeverity.Error).Take(5))}");
        }
    }

    /// <summary>Loads a compiled encoder's assembly and, into its class, a folder.</summary>
    public static LoadedEncoder Load(string assembly, string folder)
    {
        Type type = AssemblyLoadContext.Default.LoadFromAssemblyPath(assembly).GetType(TypeName)!;
        object encoder = type.GetMethod("Load", [typeof(string), typeof(EncoderOptions)])!.Invoke(null, [folder, null])!;
        return new((IDisposable)encoder, type.GetMethod("Encode", [typeof(ReadOnlySpan<int>), typeof(Span<float>)])!.CreateDelegate<EncodeText>(encoder));
    }

    /// <summary>A safetensors file's header: JSON, after its length.</summary>
    private static string Header(string path)
    {
        using FileStream file = File.OpenRead(path);
        Span<byte> length = stackalloc byte[8];
        file.ReadExactly(length);
        byte[] header = new byte[BinaryPrimitives.ReadInt64LittleEndian(length)];
        file.ReadExactly(header);
        return Encoding.UTF8.GetString(header);
    }

    /// <summary>A bundle as the build hands it to the compiler.</summary>
    private sealed class BundleText(ModelBundle bundle) : AdditionalText
    {
        public override string Path => bundle.Name + ModelBundle.Extension;

        public override SourceText GetText(CancellationToken cancellationToken = default) => SourceText.From(bundle.Write(), Encoding.UTF8);
    }
}
