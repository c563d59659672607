using GeneratedEncoder.Generator.Spec.ModelFolders;

namespace GeneratedEncoder.Generator.Spec.Architectures;

/// <summary>
/// One architecture: what its config.json says and means, of which blocks it consists, what its tensors are called, and what of its kind is
/// refused. All there is to know of it stands in its file.
/// </summary>
internal abstract class Architecture
{
    /// <summary>The values of model_type that say it.</summary>
    public abstract IReadOnlyList<string> Names { get; }

    /// <summary>The attribute's word for it.</summary>
    public abstract ModelType ModelType { get; }

    /// <summary>Whether the attribute's properties can say such an encoder without a model folder.</summary>
    public virtual bool CanBeWrittenByHand => false;

    /// <summary>Whether it is the architecture of a config.json with its model_type.</summary>
    public virtual bool Accepts(FolderFile config) => true;

    /// <summary>
    /// What a config.json says: the attribute's properties, and what else the blocks need, as details.
    /// </summary>
    /// <exception cref="FolderException">It says something that is not supported.</exception>
    public abstract IEnumerable<FolderFact> Facts(ConfigReader config);

    /// <summary>What only the names of a model's tensors say, as details. Seen by the compiler alone.</summary>
    public virtual IEnumerable<FolderFact> TensorFacts(IReadOnlyCollection<string> tensors) => [];

    /// <summary>The encoder's blocks, with the head that the spec asks for.</summary>
    public abstract EncoderBlocks Blocks(EncoderSpec spec);

    /// <summary>Width of a head.</summary>
    public virtual int HeadSize(EncoderSpec spec) => spec.HiddenSize / spec.NumAttentionHeads;

    /// <summary>Whether that is said apart, so that heads need not divide the hidden size.</summary>
    public virtual bool HasOwnHeadSize(EncoderSpec spec) => false;

    /// <summary>The token type table's name; null where the architecture has none.</summary>
    public virtual string? TypeTable => "embeddings.token_type_embeddings.weight";

    /// <summary>Whether encoders of this architecture exist with this head.</summary>
    public virtual bool HasHead(Head head) => true;

    /// <summary>Tensors whose presence shows another encoder, though all expected ones are there.</summary>
    public virtual IEnumerable<RefusedTensor> Refused(EncoderSpec spec) => [];
}
