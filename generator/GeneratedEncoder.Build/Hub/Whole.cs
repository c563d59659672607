using System.Text;

namespace GeneratedEncoder.Build.Hub;

/// <summary>Files that are there whole or as they were before.</summary>
internal static class Whole
{
    /// <summary>Writes a text, its folders too.</summary>
    /// <exception cref="IOException">It can't be written.</exception>
    public static void Write(string path, string text)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        string draft = $"{path}.{Guid.NewGuid():N}.tmp";
        try
        {
            File.WriteAllText(draft, text, new UTF8Encoding(encoderShouldEmitUTF8Identifier: false));
            if (File.Exists(path))
            {
                File.Replace(draft, path, null);
            }
            else
            {
                File.Move(draft, path);
            }
        }
        finally
        {
            File.Delete(draft);
        }
    }
}
