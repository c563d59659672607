using System.Collections.Immutable;
using GeneratedEncoder.Generator.Diagnostics;
using GeneratedEncoder.Generator.Tests.ModelFolders;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace GeneratedEncoder.Generator.Tests;

/// <summary>Every diagnostic as a user reads it, in one file to be read from top to bottom: do they speak one language?</summary>
public sealed class DiagnosticSnapshotTests
{
    /// <summary>What makes those diagnostics whose pages show no example that can be compiled alone.</summary>
    private static readonly Dictionary<string, TinyFolder> s_folders = new()
    {
        ["GE0020"] = new TinyFolder { Name = "another" },
        ["GE0021"] = new TinyFolder().With("config.json", "{ \"hidden_size\": 16, }"),
        ["GE0022"] = new TinyFolder().WithConfig("\"model_type\": \"gpt2\""),
        ["GE0023"] = new TinyFolder().WithConfig("\"num_attention_heads\": 4"),
        ["GE0024"] = new TinyFolder().With("model.safetensors", TinyFolder.Header(TinyFolder.Tensors().Where(tensor => !tensor.Name.EndsWith("query.bias", StringComparison.Ordinal)))),
        ["GE0025"] = new TinyFolder().With("model.safetensors", TinyFolder.Header(TinyFolder.Tensors().Select(tensor =>
            tensor.Name.EndsWith("query.bias", StringComparison.Ordinal) ? tensor with { Shape = [17] } : tensor))),
        ["GE0026"] = new TinyFolder().With("model.safetensors", TinyFolder.Header(TinyFolder.Tensors().Select(tensor =>
            tensor.Name.EndsWith("query.bias", StringComparison.Ordinal) ? tensor with { Type = "I8" } : tensor))),
        ["GE0027"] = new TinyFolder().With("model.safetensors", TinyFolder.Header(TinyFolder.Tensors().Append(("encoder.layer.1.attention.self.query.weight", "F32", [16, 16])))),
    };

    [Fact]
    public async Task Every_diagnostic()
    {
        List<string> reports = [];
        foreach (DiagnosticDescriptor rule in new EncoderAnalyzer().SupportedDiagnostics)
        {
            Diagnostic diagnostic = (await ExampleAsync(rule.Id)).FirstOrDefault(diagnostic => diagnostic.Id == rule.Id) ?? throw new InvalidOperationException($"{rule.Id} has no example.");
            reports.Add($"{rule.Id} {diagnostic.Severity} at {TextAt(diagnostic.Location)}\n    {diagnostic.GetMessage()}\n");
        }

        Snapshot.Verify([("Messages", string.Join('\n', reports))], nameof(DiagnosticSnapshotTests), extension: "txt");
    }

    private static Task<ImmutableArray<Diagnostic>> ExampleAsync(string id)
    {
        (CSharpCompilation compilation, AdditionalText[] files) = Example(id);
        return GeneratorHost.AnalyzeAllAsync(compilation, files);
    }

    /// <summary>A project that a diagnostic is reported in.</summary>
    internal static (CSharpCompilation Compilation, AdditionalText[] Files) Example(string id)
    {
        if (s_folders.TryGetValue(id, out TinyFolder? folder))
        {
            return (GeneratorHost.Compile(TinyFolder.Declaration.Replace("\"tiny\"", id == "GE0023" ? "\"tiny\", NumAttentionHeads = 2" : "\"tiny\"")), [folder.File]);
        }

        return (id == "GE0014"
            ? GeneratorHost.Compile(
                new CSharpParseOptions(LanguageVersion.CSharp11), new CSharpCompilationOptions(OutputKind.DynamicallyLinkedLibrary), GeneratorHost.Encoder(declaration: "partial class Tiny { }"))
            : GeneratorHost.Compile($"using GeneratedEncoder;\n{DocumentationTests.ExamplesOf(id)[0]}"), []);
    }

    private static string TextAt(Location location) => location.SourceTree!.ToString().Substring(location.SourceSpan.Start, location.SourceSpan.Length).ReplaceLineEndings("\n");
}
