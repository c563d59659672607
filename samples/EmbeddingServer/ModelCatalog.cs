using GeneratedEncoder;
using GeneratedEncoder.Text;

namespace EmbeddingServer;

/// <summary>Says which models are served.</summary>
public sealed class ModelCatalogBuilder
{
    private readonly WebApplicationBuilder _builder;

    internal ModelCatalogBuilder(WebApplicationBuilder builder) => _builder = builder;

    internal List<Func<IServiceProvider, ServedModel>> Models { get; } = [];

    internal List<(string Name, Func<IServiceProvider, Microsoft.Extensions.Diagnostics.HealthChecks.IHealthCheck> Check)> Checks { get; } = [];

    /// <summary>Serves an encoder's embeddings. Its options are the configuration's section "Models:name".</summary>
    public void AddEmbedder<T>()
        where T : class, ITransformerEncoder<T>
    {
        Add<T>();
        Models.Add(provider => new ServedEmbedder<T>(provider.GetRequiredKeyedService<EncoderPipeline<T>>(T.ModelInfo.Name)));
    }

    /// <summary>Serves a classifier's classes or, where it has one label, a cross-encoder's rankings.</summary>
    public void AddClassifier<T>()
        where T : class, ITransformerEncoder<T>, ISequenceClassifier
    {
        Add<T>();
        Models.Add(provider => new ServedClassifier<T>(provider.GetRequiredKeyedService<EncoderPipeline<T>>(T.ModelInfo.Name)));
    }

    private void Add<T>()
        where T : class, ITransformerEncoder<T>
    {
        string name = T.ModelInfo.Name;
        _builder.Services.AddKeyedEncoderPipeline<T>(name, _builder.Configuration.GetSection($"Models:{name}"));
        Checks.Add((name, provider => new EncoderHealthCheck<T>(provider, name)));
    }
}

/// <summary>The models that are served.</summary>
internal sealed class ModelCatalog(IEnumerable<ServedModel> models)
{
    public IReadOnlyList<ServedModel> Models { get; } = [.. models];

    /// <summary>When the server started, which is what it can say of a model's age.</summary>
    public long Started { get; } = DateTimeOffset.UtcNow.ToUnixTimeSeconds();

    /// <summary>The model of this name, or of this owner and name.</summary>
    /// <exception cref="ApiException">There is none.</exception>
    public ServedModel Find(string? name)
    {
        if (string.IsNullOrEmpty(name))
        {
            throw ApiException.Wrong("model", $"The request names no model; there {Names(Models)}.");
        }

        return Models.FirstOrDefault(model => name.Equals(model.Name, StringComparison.OrdinalIgnoreCase) || name.EndsWith($"/{model.Name}", StringComparison.OrdinalIgnoreCase))
            ?? throw new ApiException(StatusCodes.Status404NotFound, $"The model '{name}' isn't served here; there {Names(Models)}.") { Parameter = "model", Code = "model_not_found" };
    }

    /// <summary>The model of this name, if it can do this; where no name is given, the first that can.</summary>
    /// <exception cref="ApiException">There is none.</exception>
    public TModel Find<TModel>(string? name, string ability, Predicate<TModel>? can = null)
        where TModel : class
    {
        TModel[] able = [.. Models.OfType<TModel>().Where(model => can?.Invoke(model) != false)];
        if (string.IsNullOrEmpty(name))
        {
            return able.FirstOrDefault() ?? throw ApiException.Wrong("model", $"No model that is served here {ability}.");
        }

        ServedModel found = Find(name);
        return able.FirstOrDefault(model => ReferenceEquals(model, found))
            ?? throw ApiException.Wrong("model", $"{found.Name} is no model that {ability}{(able.Length > 0 ? $"; there {Names(able.Cast<ServedModel>())}" : "")}.");
    }

    private static string Names(IEnumerable<ServedModel> models) => string.Join(", ", models.Select(model => model.Name)) is var names && names.Contains(',') ? $"are {names}" : $"is {names}";
}
