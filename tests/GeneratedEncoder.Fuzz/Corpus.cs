namespace GeneratedEncoder.Fuzz;

/// <summary>Inputs worth keeping, one a line of a text file, in base64: those that took new branches, and all that ever found something.</summary>
internal static class Corpus
{
    public static IReadOnlyList<byte[]> Of(FuzzTarget target, string? folder = null)
    {
        string path = Path.Combine(folder ?? Path.Combine(AppContext.BaseDirectory, "corpus"), target.Name + ".txt");
        return File.Exists(path) ? [.. File.ReadLines(path).Where(line => line.Length > 0).Select(Convert.FromBase64String)] : [];
    }

    public static void Save(FuzzTarget target, string folder, IEnumerable<byte[]> inputs)
    {
        Directory.CreateDirectory(folder);
        File.WriteAllText(
            Path.Combine(folder, target.Name + ".txt"),
            string.Concat(inputs.Select(Convert.ToBase64String).Distinct().Order(StringComparer.Ordinal).Select(line => line + "\n")));
    }
}
