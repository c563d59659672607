using System.Text.Json.Nodes;

namespace GeneratedEncoder.Text.Tests;

/// <summary>A folder with a tokenizer's files, gone when the test is.</summary>
internal sealed class ScratchFolder : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("generated-encoder-");

    /// <summary>The folder.</summary>
    public string Path => _folder.FullName;

    /// <summary>A small tokenizer.json with all that a file can have.</summary>
    public static JsonObject Json => JsonNode.Parse("""
        {"version":"1.0","truncation":{"direction":"Right","max_length":128,"strategy":"LongestFirst","stride":0},"padding":null,
        "added_tokens":[{"id":0,"content":"[PAD]","single_word":false,"lstrip":false,"rstrip":false,"normalized":false,"special":true},{"id":1,"content":"[UNK]","single_word":false,"lstrip":false,"rstrip":false,"normalized":false,"special":true}],
        "normalizer":{"type":"Sequence","normalizers":[{"type":"Replace","pattern":{"Regex":"_+"},"content":" "},{"type":"Strip","strip_left":true,"strip_right":true},{"type":"BertNormalizer","clean_text":true,"handle_chinese_chars":true,"strip_accents":null,"lowercase":true}]},
        "pre_tokenizer":{"type":"BertPreTokenizer"},
        "post_processor":{"type":"TemplateProcessing","single":[{"SpecialToken":{"id":"[CLS]","type_id":0}},{"Sequence":{"id":"A","type_id":0}},{"SpecialToken":{"id":"[SEP]","type_id":0}}],
        "pair":[{"Sequence":{"id":"A","type_id":0}},{"Sequence":{"id":"B","type_id":1}}],"special_tokens":{"[CLS]":{"id":"[CLS]","ids":[2],"tokens":["[CLS]"]},"[SEP]":{"id":"[SEP]","ids":[3],"tokens":["[SEP]"]}}},
        "decoder":{"type":"WordPiece","prefix":"##","cleanup":true},
        "model":{"type":"WordPiece","unk_token":"[UNK]","continuing_subword_prefix":"##","max_input_chars_per_word":100,"vocab":{"[PAD]":0,"[UNK]":1,"[CLS]":2,"[SEP]":3,"[MASK]":4,"a":5,"b":6,"##b":7,"lol":8,"##cat":9,"cat":10}}}
        """)!.AsObject();

    /// <summary>The vocabulary of <see cref="Json"/>, a token a line.</summary>
    public const string Vocabulary = "[PAD]\n[UNK]\n[CLS]\n[SEP]\n[MASK]\na\nb\n##b\nlol\n##cat\ncat\n";

    public ScratchFolder Write(string name, string text)
    {
        File.WriteAllText(System.IO.Path.Combine(Path, name), text);
        return this;
    }

    public ScratchFolder Write(string name, JsonNode json) => Write(name, json.ToJsonString());

    /// <summary>Opens the folder's tokenizer.</summary>
    public TextTokenizer Load() => TextTokenizer.Load(Path);

    public void Dispose() => _folder.Delete(recursive: true);
}
