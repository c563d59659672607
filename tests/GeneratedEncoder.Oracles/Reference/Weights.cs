namespace GeneratedEncoder.Oracles.Reference;

/// <summary>A file's tensors, by the names that they have in the bare model: saves of a model with a head put a prefix before these.</summary>
/// <param name="tensors">All tensors by the file's names.</param>
/// <param name="prefix">The prefix that some of them have: "bert.".</param>
/// <remarks>Whether a layer has a bias is what the file says: transformers writes one exactly where the settings want one.</remarks>
internal sealed class Weights(Dictionary<string, Tensor> tensors, string prefix = "")
{
    /// <summary>Those of a folder's model.safetensors.</summary>
    /// <exception cref="IOException">It can't be read.</exception>
    public static Weights Read(string folder, string prefix = "") => new(SafetensorsReader.Read(Path.Combine(folder, "model.safetensors")), prefix);

    public bool Has(string name) => Find(name) is not null;

    public Tensor? Find(string name) => tensors.GetValueOrDefault(prefix + name) ?? tensors.GetValueOrDefault(name);

    /// <exception cref="InvalidDataException">The file has none of that name.</exception>
    public Tensor Get(string name) => Find(name) ?? throw new InvalidDataException($"The model has no tensor '{prefix}{name}' or '{name}'.");

    public Linear Linear(string name) => new(Get(name + ".weight"), Find(name + ".bias"));

    public LayerNorm LayerNorm(string name, double epsilon) => new(Get(name + ".weight"), Find(name + ".bias"), epsilon);

    public RmsNorm RmsNorm(string name, double epsilon, double offset = 0) => new(Get(name + ".weight"), epsilon, offset);
}
