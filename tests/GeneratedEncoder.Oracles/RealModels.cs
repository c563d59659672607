namespace GeneratedEncoder.Oracles;

/// <summary>
/// The folders of models that someone really trained. They are there in every project that names them as RealModel and imports
/// GeneratedEncoder.RealModels/RealModels.targets.
/// </summary>
public static class RealModels
{
    /// <summary>A model's folder, as it is on Hugging Face.</summary>
    /// <param name="name">The folder's name: all-MiniLM-L6-v2 or snowflake-arctic-embed-xs.</param>
    /// <exception cref="DirectoryNotFoundException">It was not made.</exception>
    public static string Folder(string name)
    {
        DirectoryInfo? root = new(AppContext.BaseDirectory);
        while (root is not null && !File.Exists(Path.Combine(root.FullName, "GeneratedEncoder.sln")))
        {
            root = root.Parent;
        }

        string folder = Path.Combine(root?.FullName ?? "", "artifacts", "real-models", name);
        return root is not null && Directory.Exists(folder)
            ? folder
            : throw new DirectoryNotFoundException($"There is no '{folder}'. Building a project that names the RealModel {name} makes it.");
    }

    /// <summary>The ONNX file that a model's folder was made from.</summary>
    /// <param name="name">The folder's name.</param>
    /// <exception cref="DirectoryNotFoundException">It was not made.</exception>
    public static string Onnx(string name) => Path.Combine(Folder(name), "onnx", "model.onnx");
}
