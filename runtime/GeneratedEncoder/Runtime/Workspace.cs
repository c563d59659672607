using System.ComponentModel;

namespace GeneratedEncoder.Runtime;

/// <summary>The scratch memory of one call, rented from an <see cref="EncoderMemory"/>. For generated code.</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public sealed class Workspace
{
    internal Workspace(long bytes) => Memory = new AlignedMemory(bytes);

    /// <summary>Its first float, at the start of a cache line.</summary>
    public ref float Start => ref Memory.Start;

    internal AlignedMemory Memory { get; }
}
