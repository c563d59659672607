namespace GeneratedEncoder.Fuzz;

/// <summary>Something that reads what strangers wrote.</summary>
internal abstract class FuzzTarget
{
    /// <summary>All of them.</summary>
    public static IReadOnlyList<FuzzTarget> All { get; } =
        [new HeaderTarget(), new LoadTarget(), new ShardsTarget(), new BuildTarget(), new FolderTarget(), new TokenizerTarget()];

    public abstract string Name { get; }

    /// <summary>Good inputs to begin with.</summary>
    public abstract IEnumerable<byte[]> Seeds { get; }

    /// <summary>Words that mean something to it.</summary>
    public virtual IReadOnlyList<string> Words => [];

    /// <summary>Reads an input. What it throws must be one of the exceptions that its documentation names.</summary>
    public abstract void Run(byte[] input);

    /// <summary>Whether its documentation names this exception.</summary>
    public virtual bool IsDocumented(Exception e) => e is InvalidDataException;

    public static FuzzTarget Named(string name) =>
        All.FirstOrDefault(target => target.Name == name)
        ?? throw new ArgumentException($"There is no target '{name}'; there are {string.Join(", ", All.Select(target => target.Name))}.");
}
