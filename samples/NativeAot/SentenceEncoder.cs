using GeneratedEncoder;

namespace NativeAot;

/// <summary>The quickstart's model: its dimensions are read from the folder that the project file names.</summary>
[TransformerEncoder("demonstration-model", Pooling = Pooling.Mean, Normalize = true)]
internal sealed partial class SentenceEncoder;
