using GeneratedEncoder.Text;

namespace GeneratedEncoder.Fuzz;

/// <summary>A folder's tokenizer files, and a few texts through what they make.</summary>
internal sealed class TokenizerTarget : FuzzTarget
{
    private static readonly string[] s_files = ["tokenizer.json", "tokenizer_config.json", "special_tokens_map.json", "added_tokens.json", "config.json", "vocab.txt", "vocab.json", "merges.txt"];

    /// <summary>Gemma's has a piece for every byte.</summary>
    private static readonly string s_gemma = """
        {"added_tokens":[{"id":260,"content":"<bos>","single_word":false,"lstrip":false,"rstrip":false,"normalized":false,"special":true},{"id":261,"content":"<eos>","single_word":false,"lstrip":false,"rstrip":false,"normalized":false,"special":true}],
        "normalizer":{"type":"Replace","pattern":{"String":" "},"content":"\u2581"},"pre_tokenizer":{"type":"Split","pattern":{"String":" "},"behavior":"MergedWithPrevious","invert":false},
        "post_processor":{"type":"TemplateProcessing","single":[{"SpecialToken":{"id":"<bos>","type_id":0}},{"Sequence":{"id":"A","type_id":0}},{"SpecialToken":{"id":"<eos>","type_id":0}}],"pair":[{"Sequence":{"id":"A","type_id":0}},{"Sequence":{"id":"B","type_id":1}}],"special_tokens":{"<bos>":{"id":"<bos>","ids":[260],"tokens":["<bos>"]},"<eos>":{"id":"<eos>","ids":[261],"tokens":["<eos>"]}}},
        "decoder":{"type":"Sequence","decoders":[{"type":"Replace","pattern":{"String":"\u2581"},"content":" "},{"type":"ByteFallback"},{"type":"Fuse"}]},
        "model":{"type":"BPE","unk_token":null,"fuse_unk":true,"byte_fallback":true,"ignore_merges":false,"vocab":{"a":256,"b":257,"\u2581":258,"ab":259,"<bos>":260,"<eos>":261,"\u2581ab":262,
        """ + string.Join(',', Enumerable.Range(0, 256).Select(unit => $"\"<0x{unit:X2}>\":{unit}")) + """
        },"merges":["a b",["\u2581","ab"]]}}
        """;

    private readonly Lazy<ScratchFolder> _folder = new(() => new ScratchFolder());

    public override string Name => "tokenizer";

    public override IEnumerable<byte[]> Seeds =>
    [
        Sections.Join(("tokenizer.json", """
            {"added_tokens":[{"id":0,"content":"[UNK]","single_word":false,"lstrip":false,"rstrip":false,"normalized":false,"special":true},{"id":1,"content":"[CLS]","single_word":false,"lstrip":false,"rstrip":false,"normalized":false,"special":true},{"id":2,"content":"[SEP]","single_word":false,"lstrip":false,"rstrip":false,"normalized":false,"special":true},{"id":3,"content":"[MASK]","lstrip":true,"rstrip":true,"single_word":false,"normalized":true,"special":true}],
            "normalizer":{"type":"BertNormalizer","clean_text":true,"handle_chinese_chars":true,"strip_accents":null,"lowercase":true},"pre_tokenizer":{"type":"BertPreTokenizer"},
            "post_processor":{"type":"TemplateProcessing","single":[{"SpecialToken":{"id":"[CLS]","type_id":0}},{"Sequence":{"id":"A","type_id":0}},{"SpecialToken":{"id":"[SEP]","type_id":0}}],"pair":[{"Sequence":{"id":"A","type_id":0}},{"Sequence":{"id":"B","type_id":1}}],"special_tokens":{"[CLS]":{"id":"[CLS]","ids":[1],"tokens":["[CLS]"]},"[SEP]":{"id":"[SEP]","ids":[2],"tokens":["[SEP]"]}}},
            "model":{"type":"WordPiece","unk_token":"[UNK]","continuing_subword_prefix":"##","max_input_chars_per_word":100,"vocab":{"[UNK]":0,"[CLS]":1,"[SEP]":2,"[MASK]":3,"a":4,"##b":5,"c":6}}}
            """), ("tokenizer_config.json", "{\"tokenizer_class\":\"BertTokenizer\",\"mask_token\":{\"content\":\"[MASK]\",\"normalized\":true},\"added_tokens_decoder\":{\"3\":{\"content\":\"[MASK]\",\"lstrip\":true,\"normalized\":true,\"special\":true}}}")),
        Sections.Join(("tokenizer.json", """
            {"added_tokens":[{"id":0,"content":"<s>","single_word":false,"lstrip":false,"rstrip":false,"normalized":false,"special":true},{"id":7,"content":"<mask>","single_word":false,"lstrip":true,"rstrip":false,"normalized":false,"special":true}],"normalizer":{"type":"Sequence","normalizers":[{"type":"NFKC"},{"type":"Replace","pattern":{"Regex":"^ {2,}|[[:punct:]\\\\s]+?$|(?:é|a){1,2}"},"content":" "},{"type":"Lowercase"},{"type":"StripAccents"}]},
            "pre_tokenizer":{"type":"ByteLevel","add_prefix_space":true,"trim_offsets":true,"use_regex":true},"post_processor":{"type":"RobertaProcessing","sep":["</s>",1],"cls":["<s>",0]},
            "model":{"type":"BPE","unk_token":null,"continuing_subword_prefix":"","end_of_word_suffix":"","byte_fallback":false,"ignore_merges":false,"vocab":{"<s>":0,"</s>":1,"a":2,"b":3,"\u0120":4,"ab":5,"\u0120ab":6},"merges":["a b",["\u0120","ab"]]}}
            """), ("special_tokens_map.json", "{\"mask_token\":\"<mask>\"}")),
        Sections.Join(("tokenizer.json", """
            {"added_tokens":[{"id":0,"content":"<s>","single_word":false,"lstrip":false,"rstrip":false,"normalized":false,"special":true},{"id":2,"content":"<unk>","single_word":false,"lstrip":false,"rstrip":false,"normalized":false,"special":true}],"normalizer":{"type":"Sequence","normalizers":[{"type":"Precompiled","precompiled_charsmap":"ALQCAACEAAAAAACAAQAAgMz8AgC4BQAAhyIAgMzkAgC4PQAAeyIAgMzsAgA="},{"type":"Replace","pattern":{"String":"``"},"content":"\""}]},
            "pre_tokenizer":{"type":"Sequence","pretokenizers":[{"type":"WhitespaceSplit"},{"type":"Metaspace","replacement":"\u2581","prepend_scheme":"always","split":true}]},"post_processor":{"type":"BertProcessing","sep":["</s>",1],"cls":["<s>",0]},
            "model":{"type":"Unigram","unk_id":2,"vocab":[["<s>",0.0],["</s>",0.0],["<unk>",0.0],["\u2581",-2.5],["a",-3.5],["\u2581a",-4],["bc",-1e1]]}}
            """)),
        Sections.Join(("tokenizer.json", s_gemma), ("tokenizer_config.json", "{\"tokenizer_class\":\"GemmaTokenizer\",\"add_eos_token\":true}")),
        Sections.Join(("tokenizer.json", """
            {"added_tokens":[{"id":0,"content":"<pad>","single_word":false,"lstrip":false,"rstrip":false,"normalized":false,"special":true}],"normalizer":{"type":"Sequence","normalizers":[{"type":"Strip","strip_left":false,"strip_right":true},{"type":"Replace","pattern":{"Regex":" {2,}"},"content":"\u2581"}]},
            "pre_tokenizer":{"type":"Metaspace","replacement":"\u2581","prepend_scheme":"first"},"post_processor":{"type":"TemplateProcessing","single":[{"Sequence":{"id":"A","type_id":0}},{"SpecialToken":{"id":"</s>","type_id":0}}],"pair":[{"Sequence":{"id":"A","type_id":0}},{"Sequence":{"id":"B","type_id":0}}],"special_tokens":{"</s>":{"id":"</s>","ids":[1],"tokens":["</s>"]}}},
            "model":{"type":"Unigram","unk_id":2,"vocab":[["<pad>",0.0],["</s>",0.0],["<unk>",0.0],["\u2581",-2.5],["a",-3.5],["<extra_id_0>",0.0]]}}
            """), ("tokenizer_config.json", "{\"tokenizer_class\":\"T5Tokenizer\",\"extra_ids\":1,\"add_prefix_space\":true}")),
        Sections.Join(("vocab.txt", "[PAD]\n[UNK]\n[CLS]\n[SEP]\n[MASK]\na\n##b\nc\n"), ("tokenizer_config.json", "{\"do_lower_case\":false,\"tokenizer_class\":\"BertTokenizer\",\"strip_accents\":true,\"additional_special_tokens\":[\"c\"]}"), ("added_tokens.json", "{\"a\":5}"), ("config.json", "{\"model_type\":\"bert\",\"tokenizer_class\":\"BertTokenizerFast\"}")),
        Sections.Join(("vocab.json", "{\"<s>\":0,\"<pad>\":1,\"</s>\":2,\"<unk>\":3,\"<mask>\":4,\"a\":5,\"b\":6,\"ab\":7}"), ("merges.txt", "#version: 0.2\na b\n"), ("tokenizer_config.json", "{\"add_prefix_space\":true}")),
    ];

    public override IReadOnlyList<string> Words =>
    [
        "WordPiece", "BPE", "Unigram", "BertNormalizer", "Sequence", "NFC", "NFD", "NFKD", "Lowercase", "StripAccents", "Replace", "Precompiled", "Regex", "String", "BertPreTokenizer", "ByteLevel", "Metaspace",
        "WhitespaceSplit", "Split", "MergedWithPrevious", "ByteFallback", "Fuse", "byte_fallback", "GemmaTokenizer", "T5Tokenizer", "DebertaV2Tokenizer", "extra_ids", "add_eos_token", "TemplateProcessing", "SpecialToken", "ids", "vocab", "merges", "added_tokens", "unk_id", "content", "(a+)+$", "(?=a)", "\\\\1", "[", "[:punct:]", "\\\\p{L}", "{2,}", "single_word", "normalized", "special", "added_tokens_decoder", "additional_special_tokens", "never", "first", "##", " ",
    ];

    public override bool IsDocumented(Exception e) => e is InvalidDataException or NotSupportedException or FileNotFoundException;

    public override void Run(byte[] input)
    {
        ScratchFolder folder = _folder.Value;
        List<string> written = [];
        foreach ((string name, byte[] bytes) in Sections.Split(input))
        {
            if (s_files.Contains(name))
            {
                folder.Write(name, bytes);
                written.Add(name);
            }
        }

        folder.KeepOnly(written);
        TextTokenizer tokenizer = TextTokenizer.Load(folder.Path);
        foreach (string text in (string[])["", "a", "ab  c [MASK] <mask>, \u00e9\u0301\u4e2d\ud83d\ude00\ud800 ``x'' aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa!", " \t\n"])
        {
            int[] ids = tokenizer.Encode(text);
            foreach (int id in ids)
            {
                _ = tokenizer.Token(id);
            }

            _ = tokenizer.Decode(ids);
        }
    }
}
