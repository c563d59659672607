namespace GeneratedEncoder.Benchmarks;

/// <summary>What was asked for can't be done; the message says why.</summary>
internal sealed class UsageException(string message) : Exception(message);

/// <summary>A verb's options, <c>--name value</c> each.</summary>
internal sealed class Options
{
    private readonly Dictionary<string, string> _values = [];

    public Options(string[] args, params string[] known)
    {
        for (int i = 0; i < args.Length; i += 2)
        {
            if (!args[i].StartsWith("--", StringComparison.Ordinal) || !known.Contains(args[i][2..]))
            {
                throw new UsageException($"There is no option '{args[i]}'; there are --{string.Join(", --", known)}.");
            }

            _values[args[i][2..]] = i + 1 < args.Length ? args[i + 1] : throw new UsageException($"'{args[i]}' lacks a value.");
        }
    }

    /// <summary>Encoders by name, separated by commas.</summary>
    public EncoderCase[] Encoders(string name, string standard) => Array.ConvertAll(Texts(name, standard), EncoderCase.Named);

    /// <summary>Numbers of tokens, separated by commas.</summary>
    public int[] Lengths(string name, string standard, int most = 512) => Integers(name, standard, most, "tokens");

    /// <summary>Numbers of threads, separated by commas, no more than there are processors.</summary>
    public int[] Threads(string name, string standard) => Integers(name, standard, Environment.ProcessorCount, "threads");

    /// <summary>Numbers of clients, separated by commas.</summary>
    public int[] Clients(string name, string standard) => Integers(name, standard, 1024, "clients");

    /// <summary>Any text.</summary>
    public string Text(string name, string standard) => _values.GetValueOrDefault(name, standard);

    /// <summary>One of several words.</summary>
    public string Word(string name, string standard, params string[] words) =>
        _values.GetValueOrDefault(name, standard) is string value && words.Contains(value)
            ? value
            : throw new UsageException($"--{name} takes one of {string.Join(", ", words)}.");

    /// <summary>A folder that exists, or none.</summary>
    public string? Folder(string name) =>
        _values.GetValueOrDefault(name) is not string path || Directory.Exists(path) ? _values.GetValueOrDefault(name)
        : throw new UsageException($"--{name} takes a folder; '{path}' is none.");

    /// <summary>A positive number.</summary>
    public double Number(string name, double standard) =>
        !_values.TryGetValue(name, out string? text) ? standard
        : double.TryParse(text, out double number) && number > 0 ? number
        : throw new UsageException($"--{name} takes a positive number, not '{text}'.");

    private int[] Integers(string name, string standard, int most, string what) => Array.ConvertAll(Texts(name, standard), text =>
        int.TryParse(text, out int number) && number >= 1 && number <= most
            ? number
            : throw new UsageException($"--{name} takes numbers of {what} from 1 to {most}, not '{text}'."));

    private string[] Texts(string name, string standard) => _values.GetValueOrDefault(name, standard).Split(',');
}
