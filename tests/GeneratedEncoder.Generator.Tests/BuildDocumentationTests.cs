using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;

namespace GeneratedEncoder.Generator.Tests;

/// <summary>Every id of the package's targets and tasks has its section in generator/docs/build.md.</summary>
public sealed partial class BuildDocumentationTests
{
    [Fact]
    public void Every_id_has_its_row_and_its_section_and_no_other_has()
    {
        string sources = Read("GeneratedEncoder.Build/GeneratedEncoder.targets") + string.Concat(
            Directory.EnumerateFiles(PathOf("GeneratedEncoder.Build"), "*.cs", SearchOption.AllDirectories).Where(file => !file.Contains($"{Path.DirectorySeparatorChar}obj{Path.DirectorySeparatorChar}", StringComparison.Ordinal)).Select(File.ReadAllText));
        string[] ids = [.. Id().Matches(sources).Select(match => match.Groups[1].Value).Distinct().Order(StringComparer.Ordinal)];
        string page = Read("docs/build.md");

        Assert.NotEmpty(ids);
        Assert.Equal(ids, Section().Matches(page).Select(match => match.Groups[1].Value));
        Assert.All(ids, id => Assert.Contains($"| [{id}](#{id.ToLowerInvariant()}) |", page, StringComparison.Ordinal));
    }

    [Fact]
    public void Help_links_end_at_a_section()
    {
        string[] anchors = [.. Anchor().Matches(Read("GeneratedEncoder.Build/GeneratedEncoder.targets")).Select(match => match.Groups[1].Value)];

        Assert.NotEmpty(anchors);
        Assert.All(anchors, anchor => Assert.Contains($"## {anchor.ToUpperInvariant()}\n", Read("docs/build.md"), StringComparison.Ordinal));
    }

    private static string Read(string path) => File.ReadAllText(PathOf(path)).ReplaceLineEndings("\n");

    private static string PathOf(string path, [CallerFilePath] string sourceFile = "") => Path.Combine(Path.GetDirectoryName(sourceFile)!, "../../generator", path);

    [GeneratedRegex("\"(GE\\d+)\"")]
    private static partial Regex Id();

    [GeneratedRegex("^## (GE\\d+)$", RegexOptions.Multiline)]
    private static partial Regex Section();

    [GeneratedRegex("HelpLink=\"\\$\\(_EncoderBuildPage\\)#(\\w+)\"")]
    private static partial Regex Anchor();
}
