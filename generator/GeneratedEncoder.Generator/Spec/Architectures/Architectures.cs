using GeneratedEncoder.Generator.Spec.ModelFolders;

namespace GeneratedEncoder.Generator.Spec.Architectures;

/// <summary>The table of all architectures.</summary>
internal static class Architectures
{
    /// <summary>Where a model_type means several, the first that accepts the config is it.</summary>
    public static readonly IReadOnlyList<Architecture> All =
    [
        new JinaBert(), new Bert(), new Roberta("roberta", ModelType.Roberta, 50265), new Roberta("camembert", ModelType.Camembert, 30522),
        new Roberta("xlm-roberta", ModelType.XlmRoberta, 30522), new DistilBert(), new MPNet(), new Electra(), new Albert(),
        new ModernBert(), new NomicBert(), new Gte(), new DebertaV2(), new T5(), new Gemma3(),
    ];

    public static Architecture Of(ModelType type) => All.FirstOrDefault(architecture => architecture.ModelType == type) ?? All.First(architecture => architecture is Bert);

    /// <summary>The architecture of a config.json.</summary>
    /// <exception cref="FolderException">It names none that is supported.</exception>
    public static Architecture Of(FolderFile config)
    {
        string supported = $"supported are {string.Join(", ", All.Where(architecture => architecture is not JinaBert).SelectMany(architecture => architecture.Names))}";
        string type = config.Word("model_type") ?? throw new FolderException($"{config.Path} has no model_type; {supported}");
        return All.FirstOrDefault(architecture => architecture.Names.Contains(type) && architecture.Accepts(config))
            ?? throw FolderException.Unsupported($"{config.Quote("model_type")}; {supported}");
    }
}
