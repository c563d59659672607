using System.Text.Json;

namespace GeneratedEncoder.Oracles.Reference;

/// <summary>
/// What comes behind the transformer in a folder of sentence-transformers: modules.json and the modules' own folders, in both formats.
/// Without a modules.json it is the mean of all tokens, as sentence-transformers has it then. Source: huggingface/sentence-transformers.
/// </summary>
internal sealed class SentenceModules
{
    private const string Tokens = "token_embeddings", Sentence = "sentence_embedding";

    private readonly List<Action<Dictionary<string, Matrix>, int>> _steps = [];

    /// <summary>Where config.json and model.safetensors lie.</summary>
    public string TransformerFolder { get; private set; } = "";

    /// <exception cref="NotSupportedException">A module does something else.</exception>
    public static SentenceModules Load(string folder)
    {
        SentenceModules modules = new() { TransformerFolder = folder };
        string list = Path.Combine(folder, "modules.json");
        if (!File.Exists(list))
        {
            modules._steps.Add(Pooling(Empty()));
            return modules;
        }

        foreach (JsonElement json in Settings.Json(list).EnumerateArray())
        {
            Settings module = new(json);
            modules.Add(module.Text("type").Split('.')[^1], Path.Combine(folder, module.Text("path", "")));
        }

        return modules;
    }

    /// <summary>The embedding of a text.</summary>
    /// <param name="hidden">The last hidden state, [n, H].</param>
    /// <param name="promptTokens">How many of the tokens are a prompt's, which some poolings leave out.</param>
    public double[] Embed(Matrix hidden, int promptTokens)
    {
        Dictionary<string, Matrix> features = new() { [Tokens] = hidden };
        foreach (Action<Dictionary<string, Matrix>, int> step in _steps)
        {
            step(features, promptTokens);
        }

        return features[Sentence].Values;
    }

    private void Add(string type, string folder)
    {
        switch (type)
        {
            case "Transformer":
                TransformerFolder = folder;
                break;
            case "Pooling":
                _steps.Add(Pooling(Config(folder)));
                break;
            case "Dense":
                _steps.Add(Dense(Config(folder), Weights.Read(folder)));
                break;
            case "Normalize":
                _steps.Add(Elsewhere(Config(folder), Normalize));
                break;
            case "LayerNorm":
                _steps.Add(Elsewhere(Empty(), Weights.Read(folder).LayerNorm("norm", 1e-5).Of));
                break;
            case "Dropout":
                break;
            default:
                throw new NotSupportedException($"The reference has no module '{type}'.");
        }
    }

    /// <summary>Several modes stand one behind the other, in the list's order or that of the old flags.</summary>
    private static Action<Dictionary<string, Matrix>, int> Pooling(Settings config)
    {
        (string Flag, string Mode)[] flags =
        [
            ("pooling_mode_cls_token", "cls"),
            ("pooling_mode_max_tokens", "max"),
            ("pooling_mode_mean_tokens", "mean"),
            ("pooling_mode_mean_sqrt_len_tokens", "mean_sqrt_len_tokens"),
            ("pooling_mode_weightedmean_tokens", "weightedmean"),
            ("pooling_mode_lasttoken", "lasttoken"),
        ];
        string[] flagged = [.. flags.Where(flag => config.Bool(flag.Flag, false)).Select(flag => flag.Mode)];
        string[] modes = config.Has("pooling_mode") ? config.OneOrMore("pooling_mode", "") : flagged.Length > 0 ? flagged : ["mean"];
        bool whole = config.Bool("include_prompt", true);
        return (features, promptTokens) =>
        {
            int first = whole ? 0 : promptTokens;
            features[Sentence] = Matrix.OfRow([.. modes.SelectMany(mode => Pool(mode, features[Tokens], first))]);
        };
    }

    /// <summary>One mode, over the tokens from the first one on that isn't a prompt's.</summary>
    private static double[] Pool(string mode, Matrix tokens, int first)
    {
        double[] pooled = new double[tokens.Width];
        double sum = 0;
        for (int row = first; row < tokens.Rows; row++)
        {
            double weight = mode switch
            {
                "cls" => row == first ? 1 : 0,
                "lasttoken" => row == tokens.Rows - 1 ? 1 : 0,
                "max" or "mean" or "mean_sqrt_len_tokens" => 1,
                "weightedmean" => row + 1, // Counted from the text's beginning, prompt or not.
                _ => throw new NotSupportedException($"The reference has no pooling '{mode}'."),
            };
            sum += weight;
            for (int c = 0; c < pooled.Length; c++)
            {
                pooled[c] = mode == "max" && row > first ? Math.Max(pooled[c], tokens[row, c]) : pooled[c] + weight * tokens[row, c];
            }
        }

        double divisor = mode switch { "max" => 1, "mean_sqrt_len_tokens" => Math.Sqrt(sum), _ => sum };
        return Array.ConvertAll(pooled, value => value / divisor);
    }

    /// <summary>activation(W x + b), and x once more where there is a residual.</summary>
    private static Action<Dictionary<string, Matrix>, int> Dense(Settings config, Weights weights)
    {
        Linear linear = new(weights.Get("linear.weight"), config.Bool("bias", true) ? weights.Get("linear.bias") : null);
        Func<double, double> activation = Activation(config.Text("activation_function", "torch.nn.modules.activation.Tanh"));
        return Elsewhere(config, x =>
        {
            Matrix y = linear.Of(x).Map(activation);
            bool sameWidth = x.Width == y.Width;
            return !config.Bool("use_residual", false) ? y : y + (sameWidth ? x : new Linear(weights.Get("residual.weight"), null).Of(x));
        });
    }

    /// <summary>PyTorch's own classes by their last name; of anyone else's, Tanh is taken.</summary>
    private static Func<double, double> Activation(string type) =>
        type.StartsWith("torch.", StringComparison.Ordinal) ? Functions.Named(type.Split('.')[^1].ToLowerInvariant()) : Math.Tanh;

    private static Matrix Normalize(Matrix x)
    {
        Matrix y = new(x.Rows, x.Width);
        for (int row = 0; row < x.Rows; row++)
        {
            double length = Math.Max(Math.Sqrt(Attention.Dot(x.Row(row), x.Row(row))), 1e-12);
            for (int c = 0; c < x.Width; c++)
            {
                y[row, c] = x[row, c] / length;
            }
        }

        return y;
    }

    /// <summary>A function of the sentence's embedding, or of what the module's settings name.</summary>
    private static Action<Dictionary<string, Matrix>, int> Elsewhere(Settings config, Func<Matrix, Matrix> function)
    {
        string input = config.Text("module_input_name", Sentence);
        return (features, _) => features[config.Text("module_output_name", input)] = function(features[input]);
    }

    private static Settings Config(string folder)
    {
        string path = Path.Combine(folder, "config.json");
        return File.Exists(path) ? Settings.Read(path) : Empty();
    }

    private static Settings Empty() => new(JsonSerializer.Deserialize<JsonElement>("{}"));
}
