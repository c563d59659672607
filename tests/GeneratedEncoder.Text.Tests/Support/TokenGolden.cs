using System.Text.Json;

namespace GeneratedEncoder.Text.Tests;

/// <summary>What Hugging Face's tokenizers library made of the corpus (goldens/make_goldens.mjs).</summary>
internal sealed record TokenGolden
{
    public required TokenGoldenText[] Texts { get; init; }

    public required TokenGoldenPair[] Pairs { get; init; }

    public required TokenGoldenCut[] Truncated { get; init; }

    /// <summary>The golden of this name.</summary>
    public static TokenGolden Read(string name) => JsonSerializer.Deserialize<TokenGolden>(
        File.ReadAllBytes(Path.Combine(Folder, $"{name}.json")), JsonSerializerOptions.Web)!;

    /// <summary>The folder that the goldens and their tokenizers are in.</summary>
    public static string Folder { get; } = Path.Combine(AppContext.BaseDirectory, "goldens");

    /// <summary>The tokenizer of a folder beside the goldens; or a real one, if shared/models is beside the repository.</summary>
    public static TextTokenizer Tokenizer(string name) => TextTokenizer.Load(
        name.StartsWith("real-", StringComparison.Ordinal) ? RealModels.Folder(name["real-".Length..]) : Path.Combine(Folder, name));
}

/// <summary>A text's ids, and where in it each token begins and ends.</summary>
internal sealed record TokenGoldenText(string Text, int[] Ids, int[] Offsets);

/// <summary>Two texts' ids and types.</summary>
internal sealed record TokenGoldenPair(string First, string Second, int[] Ids, int[] Types);

/// <summary>Two texts cut to a number of tokens; null where that is refused.</summary>
internal sealed record TokenGoldenCut(int MaxTokens, string Direction, string Strategy, string First, string Second, int[]? Ids);
