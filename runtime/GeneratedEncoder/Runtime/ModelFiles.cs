using System.ComponentModel;

namespace GeneratedEncoder.Runtime;

/// <summary>Where a model's files are. For generated code, and for the libraries beside this one.</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public static class ModelFiles
{
    /// <summary>
    /// The switch of <see cref="AppContext"/> that lets links in model folders lead anywhere. Without it they may lead to another place in the folder,
    /// and from a snapshot in the cache of the Hugging Face Hub into the blobs beside it.
    /// </summary>
    public const string LinksSwitch = "GeneratedEncoder.FollowLinksOutOfModelFolders";

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

    /// <summary>The path of a file in a model folder; null if the folder has none of that name.</summary>
    /// <param name="folder">The model folder.</param>
    /// <param name="name">The file's path in it, with slashes; not one that a file gave.</param>
    /// <exception cref="InvalidDataException">It is a link that leads out of the folder, and <see cref="LinksSwitch"/> isn't set.</exception>
    /// <exception cref="IOException">Links lead in a circle.</exception>
    public static string? Find(string folder, string name)
    {
        if (!(AppContext.TryGetSwitch(LinksSwitch, out bool anywhere) && anywhere))
        {
            Links.CheckInside(folder, name, $"name the file itself, or set the AppContext switch '{LinksSwitch}'");
        }

        string path = Path.Combine(folder, name);
        return File.Exists(path) ? path : null;
    }
}
