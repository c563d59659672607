using System.Text.Json;
using System.Text.Json.Serialization;
using Microsoft.Extensions.Options;

namespace EmbeddingServer;

/// <summary>What clients send as input: a text, texts, or token ids.</summary>
[JsonConverter(typeof(TextInputConverter))]
internal sealed record TextInput
{
    public string[] Texts { get; init; } = [];

    /// <summary>Whether it was a text and no list.</summary>
    public bool IsSingle { get; init; }

    /// <summary>Token ids, a text each, where there were such.</summary>
    public int[][]? Ids { get; init; }
}

/// <summary>Reads a string, strings, numbers, or lists of numbers.</summary>
internal sealed class TextInputConverter : JsonConverter<TextInput>
{
    public override TextInput Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        if (reader.TokenType == JsonTokenType.String)
        {
            return new TextInput { Texts = [Text(ref reader)], IsSingle = true };
        }

        List<string> texts = [];
        List<int> ids = [];
        List<int[]> lists = [];
        if (reader.TokenType != JsonTokenType.StartArray)
        {
            throw Wrong();
        }

        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            switch (reader.TokenType)
            {
                case JsonTokenType.String:
                    texts.Add(Text(ref reader));
                    break;
                case JsonTokenType.Number:
                    ids.Add(Id(ref reader));
                    break;
                case JsonTokenType.StartArray:
                    lists.Add(Ids(ref reader));
                    break;
                default:
                    throw Wrong();
            }
        }

        int kinds = (texts.Count > 0 ? 1 : 0) + (ids.Count > 0 ? 1 : 0) + (lists.Count > 0 ? 1 : 0);
        return kinds > 1 ? throw Wrong() : new TextInput { Texts = [.. texts], Ids = ids.Count > 0 ? [[.. ids]] : lists.Count > 0 ? [.. lists] : null };
    }

    public override void Write(Utf8JsonWriter writer, TextInput value, JsonSerializerOptions options) => JsonSerializer.Serialize(writer, value.Texts, options);

    /// <summary>A string, which JSON lets have halves of characters in it that no text has.</summary>
    internal static string Text(ref Utf8JsonReader reader)
    {
        try
        {
            return reader.GetString()!;
        }
        catch (InvalidOperationException e)
        {
            throw new JsonException($"A text is no Unicode: {e.Message}", e);
        }
    }

    private static int[] Ids(ref Utf8JsonReader reader)
    {
        List<int> ids = [];
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            ids.Add(Id(ref reader));
        }

        return [.. ids];
    }

    private static int Id(ref Utf8JsonReader reader) => reader.TokenType == JsonTokenType.Number && reader.TryGetInt32(out int id) ? id : throw Wrong();

    private static JsonException Wrong() => new("an input is a string or a list of strings.");
}

/// <summary>Checks inputs against the server's limits.</summary>
internal sealed class Inputs(IOptions<ServerOptions> options)
{
    public int Most => options.Value.MaxInputs;

    /// <summary>The texts of an input.</summary>
    /// <exception cref="ApiException">There are none, or too many, or token ids that aren't taken.</exception>
    public string[] Texts(TextInput input, ServedModel model, string parameter)
    {
        if (input.Ids is not { } ids)
        {
            return Checked(input.Texts, parameter);
        }

        if (!options.Value.AcceptTokenIds)
        {
            throw ApiException.Wrong(
                parameter,
                $"The input is token ids, and most clients send those of OpenAI's models, which mean other words to {model.Name}. Send text: in LangChain, OpenAIEmbeddings(check_embedding_ctx_length=False). " +
                "If the ids are this model's own, the server takes them with Server:AcceptTokenIds.");
        }

        Checked(ids, parameter);
        return Array.ConvertAll(ids, list =>
        {
            int wrong = Array.FindIndex(list, id => id < 0 || id >= model.Info.VocabSize);
            return wrong < 0 ? model.Tokenizer.Decode(list, skipSpecialTokens: true)
                : throw ApiException.Wrong(parameter, $"Token id {list[wrong]} at position {wrong} is outside the vocabulary of {model.Name}, which has {model.Info.VocabSize}.");
        });
    }

    /// <summary>A list of the right length.</summary>
    /// <exception cref="ApiException">It isn't.</exception>
    public T[] Checked<T>(T[] inputs, string parameter)
    {
        if (inputs.Length == 0)
        {
            throw ApiException.Wrong(parameter, $"{parameter} is an empty list; there must be at least one text.");
        }

        if (inputs.Length > Most)
        {
            throw ApiException.Wrong(parameter, $"{parameter} has {inputs.Length} texts; a request may have at most {Most}.");
        }

        if (inputs.Contains(default))
        {
            throw ApiException.Wrong(parameter, $"{parameter}[{Array.IndexOf(inputs, default)}] is null.");
        }

        return inputs;
    }
}
