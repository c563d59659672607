using System.ComponentModel;

namespace GeneratedEncoder.Runtime;

/// <summary>Where an application finds the model that was copied beside it. For generated code.</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public static class ModelFiles
{
    /// <summary>The folder's place in the application.</summary>
    /// <param name="outputFolder">The folder, relative to the application's base directory: "Models/all-MiniLM-L6-v2".</param>
    /// <exception cref="DirectoryNotFoundException">It isn't there.</exception>
    public static string InApplication(string outputFolder)
    {
        string folder = Path.Combine(AppContext.BaseDirectory, outputFolder);
        return Directory.Exists(folder)
            ? folder
            : throw new DirectoryNotFoundException(
                $"The model's folder '{folder}' isn't there. A build copies it, unless its <EncoderModel> in the project file has " +
                "CopyToOutputDirectory=\"Never\"; keep it beside the application, or give Load a path.");
    }
}
