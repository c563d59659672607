using System.Globalization;
using GeneratedEncoder.Generator.Spec.ModelFolders;

namespace GeneratedEncoder.Generator.Spec.Architectures;

/// <summary>Makes facts of a config.json's keys, each with where it comes from, for messages.</summary>
internal sealed class ConfigReader(FolderFile config)
{
    private static readonly IReadOnlyDictionary<string, HiddenAct> s_activations = new Dictionary<string, HiddenAct>(StringComparer.Ordinal)
    {
        ["relu"] = HiddenAct.Relu,
        ["gelu"] = HiddenAct.Gelu,
        ["gelu_python"] = HiddenAct.Gelu,
        ["gelu_new"] = HiddenAct.GeluNew,
        // The same function, its constants multiplied out in another order.
        ["gelu_fast"] = HiddenAct.GeluNew,
        ["gelu_pytorch_tanh"] = HiddenAct.GeluNew,
        ["silu"] = HiddenAct.Silu,
        ["swish"] = HiddenAct.Silu,
    };

    public FolderFile File => config;

    /// <summary>Where the architecture alone decides.</summary>
    public string ByType => config.Quote("model_type");

    /// <summary>What the architecture alone decides of one of the attribute's properties.</summary>
    public FolderFact Always(string property, object value) => new(property, value, ByType);

    /// <summary>A whole number that is one of the attribute's properties.</summary>
    /// <param name="property">The property.</param>
    /// <param name="absent">What Hugging Face's configuration class takes without the key.</param>
    /// <param name="keys">The key, and what else it may be called.</param>
    public FolderFact Size(string property, int absent, params string[] keys)
    {
        string key = KeyOf(keys);
        return new(property, config.Whole(key, absent), Source(key, absent.ToString(CultureInfo.InvariantCulture)));
    }

    /// <summary>The norms' epsilon.</summary>
    public FolderFact Eps(double absent, params string[] keys)
    {
        string key = KeyOf(keys);
        return new("LayerNormEps", config.Number(key, absent), Source(key, absent.ToString("R", CultureInfo.InvariantCulture)));
    }

    /// <summary>The feed-forward network's activation.</summary>
    /// <exception cref="FolderException">It is not supported.</exception>
    public FolderFact Activation(string absent, params string[] keys)
    {
        string key = KeyOf(keys);
        return new("HiddenAct", ActivationOf(key, config.Word(key) ?? absent), Source(key, $"\"{absent}\""));
    }

    /// <summary>An activation's name that stands under this key.</summary>
    /// <exception cref="FolderException">It is not supported.</exception>
    public HiddenAct ActivationOf(string key, string name) => s_activations.TryGetValue(name, out HiddenAct act)
        ? act
        : throw FolderException.Unsupported($"{config.Quote(key)}; supported are {string.Join(", ", s_activations.Keys)}");

    /// <summary>A detail that is a whole number.</summary>
    public FolderFact Whole(string key, int absent) => FolderFact.Detail(key, config.Whole(key, absent), Source(key, absent.ToString(CultureInfo.InvariantCulture)));

    /// <summary>A detail that is a number.</summary>
    public FolderFact Number(string key, double absent) => FolderFact.Detail(key, config.Number(key, absent), Source(key, absent.ToString("R", CultureInfo.InvariantCulture)));

    /// <summary>A detail that is true or false.</summary>
    public FolderFact Flag(string key, bool absent) => FolderFact.Detail(key, config.Flag(key, absent), Source(key, absent ? "true" : "false"));

    /// <summary>A detail that is a word.</summary>
    public FolderFact Word(string key, string absent) => FolderFact.Detail(key, config.Word(key) ?? absent, Source(key, $"\"{absent}\""));

    /// <summary>A detail that stands within an object of the config: rope_parameters' rope_theta; else under a key of its own.</summary>
    /// <param name="detail">The detail's name.</param>
    /// <param name="inside">The value inside the object; null: there is none.</param>
    /// <param name="where">How messages name its place.</param>
    /// <param name="key">The key of its own.</param>
    /// <param name="absent">What is taken without either.</param>
    public FolderFact NumberInside(string detail, JsonValue? inside, string where, string key, double absent) => inside?.AsNumber is { } number
        ? FolderFact.Detail(detail, number, $"{where} = {inside} in {config.Path}")
        : FolderFact.Detail(detail, config.Number(key, absent), Source(key, absent.ToString("R", CultureInfo.InvariantCulture)));

    /// <summary>
    /// Which layers attend to all tokens (F) and which to those nearby (S), as a word of one letter a layer: by layer_types, or else by the
    /// architecture's rule.
    /// </summary>
    /// <param name="layers">How many there are.</param>
    /// <param name="isSliding">The rule.</param>
    /// <param name="rule">Where the rule comes from.</param>
    /// <exception cref="FolderException">layer_types is of another length, or has other words.</exception>
    public FolderFact LayerTypes(int layers, Func<int, bool> isSliding, string rule)
    {
        if (config["layer_types"] is not { } types)
        {
            return FolderFact.Detail("layer_types", new string([.. Enumerable.Range(0, Math.Max(0, Math.Min(layers, SpecLimits.NumHiddenLayers))).Select(layer => isSliding(layer) ? 'S' : 'F')]), rule);
        }

        string letters = new([.. types.Items.Select(type => type.AsString switch
        {
            "full_attention" => 'F',
            "sliding_attention" => 'S',
            _ => throw FolderException.Unsupported($"layer_types has {type} in {config.Path}; supported are full_attention and sliding_attention"),
        })]);
        return letters.Length == layers
            ? FolderFact.Detail("layer_types", letters, $"layer_types of {letters.Length} layers in {config.Path}")
            : throw new FolderException($"{config.Path}: layer_types has {letters.Length} layers, but there are {layers}");
    }

    /// <summary>Refuses what the architecture can't be right about.</summary>
    /// <exception cref="FolderException">The condition holds.</exception>
    public void Refuse(bool condition, string key, string because)
    {
        if (condition)
        {
            throw FolderException.Unsupported($"{config.Quote(key)}: {because}");
        }
    }

    /// <summary>What no encoder here can be.</summary>
    /// <exception cref="FolderException">It is.</exception>
    public void RefuseOtherKinds()
    {
        Refuse(config.Flag("is_decoder", false), "is_decoder", "a decoder's tokens don't see those after them");
        Refuse(config["quantization_config"] is not null, "quantization_config", "weights must be F32, F16 or BF16");
    }

    /// <summary>Refuses rotary parameters that stretch positions or rotate a part of a head: only plain ones are computed.</summary>
    /// <param name="parameters">The object that says them; null: there is none.</param>
    /// <param name="where">Its name for messages.</param>
    /// <exception cref="FolderException">They aren't plain.</exception>
    public void RefuseStretched(JsonValue? parameters, string where)
    {
        string? kind = (parameters?["rope_type"] ?? parameters?["type"])?.AsString;
        if (kind is not (null or "default"))
        {
            throw FolderException.Unsupported($"{where} has rope_type \"{kind}\" in {config.Path}: stretched positions are not supported");
        }

        if (parameters?["partial_rotary_factor"]?.AsNumber is { } part && part != 1)
        {
            throw FolderException.Unsupported($"{where} has a partial_rotary_factor in {config.Path}: only whole heads are rotated (1)");
        }
    }

    /// <summary>A key and its value, or what is taken without it, for messages.</summary>
    public string Source(string key, string absent) =>
        config[key] is null ? $"{key} = {absent}, the default without that key in {config.Path}" : config.Quote(key);

    /// <summary>The first of the keys that is there; the first of all if none is.</summary>
    public string KeyOf(params string[] keys) => keys.FirstOrDefault(key => config[key] is not null) ?? keys[0];
}
