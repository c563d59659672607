using System.Globalization;

namespace GeneratedEncoder.RealModels;

/// <summary>
/// Folders that are there as a whole or not at all: made aside and renamed, by one process at a time, and remade when a file of theirs has
/// gone or has another length.
/// </summary>
internal static class FinishedFolder
{
    /// <summary>To be counted up when other files are written, so that the folders of before are remade.</summary>
    private const string Format = "1";

    /// <summary>Lists the others with their lengths, and is written last.</summary>
    private const string List = "made.txt";

    private static readonly TimeSpan s_patience = TimeSpan.FromMinutes(5);

    /// <summary>Makes a folder, unless it is there and whole.</summary>
    /// <param name="path">The folder.</param>
    /// <param name="write">Writes its files into the folder that it is given.</param>
    /// <returns>Whether there was something to do.</returns>
    /// <exception cref="IOException">It can't be written, or another process has been at it for minutes.</exception>
    public static bool Make(string path, Action<string> write)
    {
        if (IsWhole(path))
        {
            return false;
        }

        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        using FileStream turn = WaitForTurn(path + ".lock");
        if (IsWhole(path))
        {
            return false;
        }

        // What a process left that was ended in the middle.
        string aside = path + ".new", before = path + ".old";
        Delete(aside);
        Delete(before);
        Directory.CreateDirectory(aside);
        write(aside);
        WriteList(aside);
        if (Directory.Exists(path))
        {
            Directory.Move(path, before);
        }

        Directory.Move(aside, path);
        Delete(before);
        return true;
    }

    private static void WriteList(string folder)
    {
        // All of them found before the list is one of them.
        string[] files =
        [
            .. Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories)
                .Select(file => string.Create(CultureInfo.InvariantCulture, $"{new FileInfo(file).Length} {Path.GetRelativePath(folder, file).Replace('\\', '/')}"))
                .Order(StringComparer.Ordinal),
        ];
        File.WriteAllLines(Path.Combine(folder, List), files.Prepend(Format));
    }

    private static bool IsWhole(string folder)
    {
        string list = Path.Combine(folder, List);
        return File.Exists(list) && File.ReadAllLines(list) is [Format, .. string[] files] && files.All(line =>
            line.Split(' ', 2) is [string length, string name]
            && new FileInfo(Path.Combine(folder, name)) is { Exists: true } file
            && file.Length.ToString(CultureInfo.InvariantCulture) == length);
    }

    /// <summary>The lock is the open file: a process that ends gives it up, however it ends.</summary>
    private static FileStream WaitForTurn(string path)
    {
        long end = Environment.TickCount64 + (long)s_patience.TotalMilliseconds;
        while (true)
        {
            try
            {
                return new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
            }
            catch (IOException) when (Environment.TickCount64 < end)
            {
                Thread.Sleep(50);
            }
        }
    }

    private static void Delete(string folder)
    {
        if (Directory.Exists(folder))
        {
            Directory.Delete(folder, recursive: true);
        }
    }
}
