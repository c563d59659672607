namespace GeneratedEncoder.Generator.Spec.ModelFolders;

/// <summary>
/// Names that a folder's files give to other files of it: shards in an index, modules' folders. They come from strangers and are judged before
/// anything is asked of the system, by one rule on all systems, since on Windows a look at "\\server\share" opens a connection, and
/// at "NUL" a device.
/// </summary>
internal static class FolderNames
{
    private const int MostCharacters = 255;

    /// <summary>Characters that some system takes for something else.</summary>
    private const string NotInNames = "/\\:*?\"<>|\u007F";

    /// <summary>Devices of Windows, with any ending. COM and LPT have a number after them.</summary>
    private static readonly string[] s_devices = ["CON", "PRN", "AUX", "NUL", "CONIN$", "CONOUT$"];

    /// <summary>Whether this is a file's or folder's name on every system, and nothing else: no path, no drive, no device.</summary>
    public static bool IsName(string name) =>
        name.Length is > 0 and <= MostCharacters
        && !name.Any(c => c < ' ' || NotInNames.IndexOf(c) >= 0)
        // Windows takes these endings off: "..", "a." and "a " are other names.
        && name[name.Length - 1] is not ('.' or ' ')
        && !IsDevice(name);

    /// <summary>Whether this is a path down from the folder: names with slashes between them, the last of which may have one after it.</summary>
    public static bool IsPath(string path) => (path.EndsWith("/", StringComparison.Ordinal) ? path.Substring(0, path.Length - 1) : path).Split('/').All(IsName);

    private static bool IsDevice(string name)
    {
        string stem = name.Split('.')[0].TrimEnd(' ');
        return s_devices.Contains(stem, StringComparer.OrdinalIgnoreCase)
            || (stem.Length == 4 && "0123456789\u00B9\u00B2\u00B3".IndexOf(stem[3]) >= 0
                && (stem.StartsWith("COM", StringComparison.OrdinalIgnoreCase) || stem.StartsWith("LPT", StringComparison.OrdinalIgnoreCase)));
    }
}
