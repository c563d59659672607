using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;
using GeneratedEncoder.Generator.Diagnostics;
using Microsoft.CodeAnalysis;

namespace GeneratedEncoder.Generator.Tests;

/// <summary>Every diagnostic has its page in generator/docs, and the examples there are true.</summary>
public sealed partial class DocumentationTests
{
    private static readonly ImmutableArray<DiagnosticDescriptor> s_rules = new EncoderAnalyzer().SupportedDiagnostics;

    public static TheoryData<string> Ids => [.. s_rules.Select(rule => rule.Id)];

    /// <summary>Those whose pages show an attribute that can be compiled without a model folder.</summary>
    public static TheoryData<string> IdsWithExamples => [.. s_rules.Select(rule => rule.Id).Where(id => ExamplesOf(id).Length == 2)];

    [Theory]
    [MemberData(nameof(Ids))]
    public void A_page_has_the_rules_title_and_severity_and_the_help_link_ends_with_it(string id)
    {
        DiagnosticDescriptor rule = s_rules.Single(rule => rule.Id == id);

        Assert.StartsWith($"# {id}: {rule.Title}\n\n{rule.DefaultSeverity}.\n\n", Page(id), StringComparison.Ordinal);
        Assert.EndsWith($"/generator/docs/{id}.md", rule.HelpLinkUri, StringComparison.Ordinal);
        Assert.Contains($"| [{id}]({id}.md) | {rule.DefaultSeverity} | {rule.Title} |", Page("README"), StringComparison.Ordinal);
    }

    [Fact]
    public void No_page_and_no_release_line_is_left_over()
    {
        string[] ids = [.. s_rules.Select(rule => rule.Id).Order(StringComparer.Ordinal)];
        Assert.Equal(ids, Directory.GetFiles(Folder(), "GE*.md").Select(file => Path.GetFileNameWithoutExtension(file)).Order(StringComparer.Ordinal));

        string releases = string.Concat(Directory.GetFiles(Path.Combine(Folder(), "../GeneratedEncoder.Generator"), "AnalyzerReleases.*.md").Select(File.ReadAllText));
        Assert.Equal(ids, ReleaseLine().Matches(releases).Select(match => match.Groups[1].Value).Order(StringComparer.Ordinal));
        Assert.All(s_rules, rule => Assert.Contains($"{rule.Id} | GeneratedEncoder | {rule.DefaultSeverity} | {rule.Title}", releases, StringComparison.Ordinal));
    }

    [Theory]
    [MemberData(nameof(IdsWithExamples))]
    public async Task The_first_example_is_reported_and_the_second_is_not(string id)
    {
        string[] examples = ExamplesOf(id);

        Assert.Contains(id, await IdsIn(examples[0]));
        Assert.Empty(await IdsIn(examples[1]));
    }

    /// <summary>The kernel that generator/README.md explains.</summary>
    [Fact]
    public void The_lines_of_the_guide_to_the_emitted_code_are_emitted()
    {
        AssertEmitted("### One kernel, line by line", GeneratorHost.SmallSizes, "Kernels.Tiles.V256.g.cs", "Tile6x16<TProduct>(int");
        AssertEmitted("### A kernel in eight bits\n", GeneratorHost.SmallSizes + ", Weights = WeightFormat.Int8", "Int8Tiles.V256.g.cs", "Tile5x16<TProduct>(ref byte");
        AssertEmitted("### A kernel in eight bits, 512 of them wide", GeneratorHost.SmallSizes + ", Weights = WeightFormat.Int8", "Int8Tiles.V512.g.cs", "Tile16x16<TProduct>(ref byte");
    }

    private static void AssertEmitted(string chapter, string attribute, string file, string tile)
    {
        string guide = Page("../README").Split(chapter)[1].Split("\n## ")[0].Split("\n### ")[0];
        string tiles = Assert.Single(GeneratorHost.Generate(GeneratorHost.Encoder(attribute)), one => one.HintName.EndsWith(file, StringComparison.Ordinal)).SourceText.ToString();
        HashSet<string> emitted = [.. tiles.Split(tile)[1].Split('\n').Select(line => line.Trim())];

        string[] lines = [.. Example().Matches(guide).SelectMany(match => match.Groups[1].Value.Split('\n'))];

        Assert.InRange(lines.Length, 8, 100);
        Assert.All(lines, line => Assert.Contains(line, emitted));
    }

    private static async Task<IEnumerable<string>> IdsIn(string example)
    {
        // With what is generated, since an example may use it.
        (_, Compilation compilation) = GeneratorHost.Run(GeneratorHost.Compile($"using GeneratedEncoder;\nnamespace Demo;\n{example}\n"));
        Assert.DoesNotContain(compilation.GetDiagnostics(), d => d.Severity == DiagnosticSeverity.Error);
        return (await GeneratorHost.AnalyzeAllAsync(compilation)).Select(diagnostic => diagnostic.Id);
    }

    internal static string[] ExamplesOf(string id) => [.. Example().Matches(Page(id)).Select(match => match.Groups[1].Value).Where(text => !text.Contains("Encoder(\"", StringComparison.Ordinal))];

    internal static string Page(string name) => File.ReadAllText(Path.Combine(Folder(), name + ".md")).ReplaceLineEndings("\n");

    private static string Folder([CallerFilePath] string sourceFile = "") => Path.Combine(Path.GetDirectoryName(sourceFile)!, "../../generator/docs");

    [GeneratedRegex("```csharp\n(.*?)\n```", RegexOptions.Singleline)]
    private static partial Regex Example();

    [GeneratedRegex(@"^(GE\d+) \|", RegexOptions.Multiline)]
    private static partial Regex ReleaseLine();
}
