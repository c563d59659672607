using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace GeneratedEncoder.Generator.Tests;

/// <summary>Emitted files are the same bytes wherever they are emitted, and every file system takes them.</summary>
public sealed class EmittedFileTests
{
    private static readonly string s_source = GeneratorHost.Encoder(GeneratorHost.SmallSizes.Replace("Relu", "Gelu") + ", VocabSize = 1234567, TypeVocabSize = 2");

    /// <summary>With a decimal comma, another minus sign, dotted and dotless i, other digits; and a culture that differs in everything.</summary>
    [Theory]
    [InlineData("fr-FR")]
    [InlineData("tr-TR")]
    [InlineData("ar-SA")]
    [InlineData("sv-SE")]
    [InlineData("made up")]
    public void The_text_and_the_messages_are_the_same_in_every_culture(string name)
    {
        string wrong = GeneratorHost.Encoder(GeneratorHost.SmallSizes + ", LayerNormEps = -1.5e-5, VocabSize = -10000");
        (string[] files, string[] messages) = (Texts(s_source), Messages(wrong));
        Assert.Contains(files, file => file.Contains("e-12", StringComparison.Ordinal));
        (CultureInfo culture, CultureInfo language) = (CultureInfo.CurrentCulture, CultureInfo.CurrentUICulture);
        try
        {
            CultureInfo.CurrentCulture = CultureInfo.CurrentUICulture = name == "made up" ? MadeUp() : CultureInfo.GetCultureInfo(name);

            Assert.Equal(files, Texts(s_source));
            Assert.Equal(messages, Messages(wrong));
        }
        finally
        {
            (CultureInfo.CurrentCulture, CultureInfo.CurrentUICulture) = (culture, language);
        }
    }

    [Fact]
    public void The_text_is_the_same_wherever_the_project_lies()
    {
        string[] expected = Texts(s_source);
        foreach (string path in new[] { "/home/user/Encoder.cs", "C:\\Users\\user\\a b\\Encoder.cs", "" })
        {
            CSharpCompilation compilation = GeneratorHost.Compile(s_source);
            SyntaxTree moved = CSharpSyntaxTree.ParseText(s_source.Replace("\n", "\r\n"), path: path);
            Assert.Equal(expected, GeneratorHost.Own(GeneratorHost.Run(compilation.ReplaceSyntaxTree(compilation.SyntaxTrees[0], moved)).Result).Select(file => file.SourceText.ToString()));
        }
    }

    [Fact]
    public void Lines_end_with_a_line_feed_and_nothing_trails()
    {
        foreach (string text in Texts(s_source))
        {
            Assert.DoesNotContain('\r', text);
            Assert.All(text.Split('\n'), line => Assert.Equal(line.TrimEnd(), line));
            Assert.DoesNotContain("\n\n\n", text, StringComparison.Ordinal);
        }
    }

    /// <summary>As EmitCompilerGeneratedFiles writes them.</summary>
    [Theory]
    [InlineData("N", "T")]
    [InlineData("編", "碼")]
    [InlineData("é", "T")]
    public void Names_of_200_characters_give_files_that_can_be_written(string space, string type)
    {
        static string Long(string letter) => string.Concat(Enumerable.Repeat(letter, 200));
        GeneratorDriver driver = GeneratorHost.Driver().RunGenerators(GeneratorHost.Compile(
            $"using GeneratedEncoder; namespace {Long(space)} {{ [TransformerEncoder({GeneratorHost.SmallSizes})] partial class {Long(type)}; " +
            $"[TransformerEncoder({GeneratorHost.SmallSizes})] partial class {Long(type)}2; }}"));
        ImmutableArray<SyntaxTree> trees = driver.GetRunResult().GeneratedTrees;
        DirectoryInfo folder = Directory.CreateTempSubdirectory("emitted ");
        try
        {
            foreach (SyntaxTree tree in trees)
            {
                Assert.InRange(Encoding.UTF8.GetByteCount(Path.GetFileName(tree.FilePath)), 1, 140);
                string path = Path.Combine(folder.FullName, tree.FilePath);
                Directory.CreateDirectory(Path.GetDirectoryName(path)!);
                File.WriteAllText(path, tree.ToString());
            }

            Assert.NotEmpty(trees);
            Assert.Equal(trees.Length, folder.GetFiles("*.cs", SearchOption.AllDirectories).Length);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static string[] Texts(string source) => [.. GeneratorHost.Generate(source).Select(file => file.SourceText.ToString())];

    private static string[] Messages(string source) =>
        [.. GeneratorHost.AnalyzeAllAsync(source).GetAwaiter().GetResult().Select(diagnostic => diagnostic.GetMessage(CultureInfo.InvariantCulture)).Order(StringComparer.Ordinal)];

    private static CultureInfo MadeUp()
    {
        CultureInfo culture = (CultureInfo)CultureInfo.InvariantCulture.Clone();
        culture.NumberFormat.NegativeSign = "minus";
        culture.NumberFormat.NumberDecimalSeparator = "_";
        culture.NumberFormat.NumberGroupSeparator = "'";
        return culture;
    }
}
