using System.Text;

namespace GeneratedEncoder.Fuzz;

/// <summary>Several small files in one input: a separator, the file's name, a line feed, its text.</summary>
internal static class Sections
{
    private const byte Separator = 0x1E;

    public static byte[] Join(params (string Name, string Text)[] files) =>
        [.. files.SelectMany(file => (byte[])[Separator, .. Encoding.UTF8.GetBytes($"{file.Name}\n{file.Text}")])];

    /// <summary>The files; what stands before the first separator is nobody's.</summary>
    public static List<(string Name, byte[] Bytes)> Split(byte[] input)
    {
        List<(string, byte[])> files = [];
        ReadOnlySpan<byte> rest = input;
        for (int at = rest.IndexOf(Separator); at >= 0; at = rest.IndexOf(Separator))
        {
            rest = rest[(at + 1)..];
            int end = rest.IndexOf(Separator), line = rest.IndexOf((byte)'\n');
            ReadOnlySpan<byte> file = end < 0 ? rest : rest[..end];
            if (line >= 0 && line < file.Length)
            {
                files.Add((Encoding.UTF8.GetString(file[..line]), file[(line + 1)..].ToArray()));
            }
        }

        return files;
    }
}
