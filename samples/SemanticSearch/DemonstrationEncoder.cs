using GeneratedEncoder;

namespace SemanticSearch;

/// <summary>
/// The model that ships with the quickstart: 2 layers, 940 words, a small grammar. Everything but the last step is read from its
/// folder, which the project file names.
/// </summary>
[TransformerEncoder("demonstration-model", Pooling = Pooling.Mean, Normalize = true)]
public sealed partial class DemonstrationEncoder;
