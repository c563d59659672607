using System.Text.Json.Nodes;

namespace GeneratedEncoder.Text.Tests;

/// <summary>
/// Small folders after bug reports on other projects, where they stand beside the repository (shared/cases): the right ids, or refused.
/// </summary>
public sealed class ForeignCaseTests(ITestOutputHelper output)
{
    private static readonly string s_cases = Path.GetFullPath(Path.Combine(AppContext.BaseDirectory, "../../../../../../shared/cases"));

    [SkippableFact]
    public void Ids_are_right_or_refused()
    {
        string expected = Path.Combine(s_cases, "expected.json");
        Skip.IfNot(File.Exists(expected), $"There is no {expected}.");
        List<string> wrong = [];
        foreach (JsonNode? golden in JsonNode.Parse(File.ReadAllText(expected))!.AsArray())
        {
            string name = golden!["folder"]!.GetValue<string>();
            TextTokenizer tokenizer;
            try
            {
                tokenizer = TextTokenizer.Load(Path.Combine(s_cases, name));
            }
            catch (NotSupportedException e)
            {
                output.WriteLine($"{name}: {e.Message}");
                continue;
            }

            foreach ((JsonNode? text, JsonNode? ids) in golden["texts"]!.AsArray().Zip(golden["expected"]!.AsArray()))
            {
                int[] ours = tokenizer.Encode(text!.GetValue<string>());
                output.WriteLine($"{name}: {text.ToJsonString()} {string.Join(' ', ours)}");
                if (!ours.SequenceEqual(ids!.AsArray().Select(id => id!.GetValue<int>())))
                {
                    wrong.Add($"{name} {text.ToJsonString()}: {ids.ToJsonString()}");
                }
            }
        }

        Assert.Empty(wrong);
    }

    [SkippableTheory]
    [InlineData("bert-japanese")]
    [InlineData("bert-japanese-in-config")]
    public void Other_tokenizers_are_refused(string name)
    {
        Skip.IfNot(Directory.Exists(Path.Combine(s_cases, name)), $"There is no {s_cases}.");

        string message = Assert.Throws<NotSupportedException>(() => TextTokenizer.Load(Path.Combine(s_cases, name))).Message;
        output.WriteLine(message);
        Assert.True(message.Contains("BertJapaneseTokenizer", StringComparison.Ordinal) || message.Contains("mecab", StringComparison.Ordinal));
    }

    /// <summary>Beside the vocabulary of all-MiniLM-L6-v2.</summary>
    [SkippableFact]
    public void Special_tokens_beside_a_vocabulary()
    {
        string vocabulary = Path.Combine(s_cases, "../models/all-MiniLM-L6-v2/vocab.txt"), folder = Path.Combine(s_cases, "special-tokens");
        Skip.IfNot(File.Exists(vocabulary) && Directory.Exists(folder), $"There is no {vocabulary}.");
        using ScratchFolder scratch = new();
        foreach (string file in Directory.GetFiles(folder).Append(vocabulary))
        {
            File.Copy(file, Path.Combine(scratch.Path, Path.GetFileName(file)));
        }

        Assert.Equal([101, 2, 3419, 3, 5295, 102], scratch.Load().Encode("[unused1] Tom [unused2] resigned"));
    }
}
