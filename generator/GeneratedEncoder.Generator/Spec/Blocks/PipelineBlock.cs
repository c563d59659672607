namespace GeneratedEncoder.Generator.Spec;

/// <summary>A step of a sentence-transformers pipeline after pooling.</summary>
internal abstract record ModuleBlock;

/// <summary>Scales a vector to length 1.</summary>
internal sealed record NormalizeModule : ModuleBlock;

/// <summary>A dense layer: act(W x + b), to which x may be added.</summary>
/// <param name="Folder">The module's folder, which holds its weights.</param>
/// <param name="Layer">The layer.</param>
/// <param name="Activation">Its activation; null: none.</param>
internal sealed record DenseModule(string Folder, Linear Layer, Activation? Activation) : ModuleBlock
{
    /// <summary>Whether the input is added to the output.</summary>
    public bool HasResidual { get; init; }
}

/// <summary>A LayerNorm of the vector.</summary>
/// <param name="Folder">The module's folder, which holds its weights.</param>
/// <param name="Norm">The norm.</param>
internal sealed record NormModule(string Folder, Norm Norm) : ModuleBlock;
