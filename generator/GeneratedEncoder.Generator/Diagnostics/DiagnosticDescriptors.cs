using Microsoft.CodeAnalysis;

namespace GeneratedEncoder.Generator.Diagnostics;

/// <summary>Every diagnostic. An id is never used again for another rule.</summary>
internal static class DiagnosticDescriptors
{
    private const string Category = "GeneratedEncoder";

    /// <summary>Where generator/docs is read: a page an id.</summary>
    private const string Pages = "https://github.com/GeneratedEncoder/GeneratedEncoder/blob/main/generator/docs/";

    public static readonly DiagnosticDescriptor NotPartial = Error(
        "GE0001", "The class or one that contains it is not partial",
        "'{0}' can't be given its encoder: '{1}' is not partial; add the partial modifier");

    public static readonly DiagnosticDescriptor UnsupportedClass = Error(
        "GE0002", "A class of this kind can't be an encoder",
        "'{0}' {1}; put [TransformerEncoder] on an ordinary class");

    public static readonly DiagnosticDescriptor SizeOutOfRange = Error(
        "GE0003", "A size is out of range",
        "{0} = {1} is out of range; it must be {2} to {3}");

    public static readonly DiagnosticDescriptor HeadsDoNotDivide = Error(
        "GE0004", "NumAttentionHeads does not divide HiddenSize",
        "NumAttentionHeads = {0} does not divide HiddenSize = {1}; use {2}");

    public static readonly DiagnosticDescriptor NoPositionsLeft = Error(
        "GE0005", "No positions are left for tokens",
        "PositionOffset = {0} leaves none of MaxPositionEmbeddings = {1} rows for tokens; it must be smaller");

    public static readonly DiagnosticDescriptor BadEps = Error(
        "GE0006", "LayerNormEps is not a positive number",
        "LayerNormEps = {0} must be a positive number that float can hold, such as 1e-12 (BERT) or 1e-5 (RoBERTa)");

    public static readonly DiagnosticDescriptor UndefinedValue = Error(
        "GE0007", "An enum's value has no meaning",
        "{0} = {1} is not one of its values: {2}");

    public static readonly DiagnosticDescriptor TooMuchMemory = Error(
        "GE0008", "The encoder needs more memory than can be addressed",
        "These dimensions need {0}; the most is {1}");

    public static readonly DiagnosticDescriptor NoEffectWithoutVocabulary = Warning(
        "GE0009", "A property has no effect without VocabSize",
        "{0} = {1} has no effect: without VocabSize the encoder takes vectors and has no embedding tables");

    public static readonly DiagnosticDescriptor NotOfThisModelType = Error(
        "GE0010", "A property doesn't exist in models of this type",
        "{0} = {1} does not exist in models of ModelType.{2}: {3}");

    public static readonly DiagnosticDescriptor NeededByModelType = Error(
        "GE0011", "A property that models of this type need is not set",
        "ModelType.{0} needs {1}: {2}");

    public static readonly DiagnosticDescriptor GroupsDoNotDivide = Error(
        "GE0012", "NumHiddenGroups does not divide NumHiddenLayers",
        "NumHiddenGroups = {0} does not divide NumHiddenLayers = {1}; use {2}");

    public static readonly DiagnosticDescriptor NameTaken = Error(
        "GE0013", "A generated member's name is taken",
        "'{0}' can't be given its encoder: '{1}' has the name of a member that is generated; rename it");

    public static readonly DiagnosticDescriptor OldLanguage = Error(
        "GE0014", "The project is compiled as an older C#",
        "'{0}' can't be given its encoder: generated code needs C# 12, and the project is compiled as C# {1}; remove LangVersion from the project file, or set 12.0 or later");

    public static readonly DiagnosticDescriptor SizesMissing = Error(
        "GE0015", "Neither all sizes nor a model folder",
        "{0} not set: [TransformerEncoder] takes either HiddenSize, NumHiddenLayers, NumAttentionHeads, IntermediateSize, MaxPositionEmbeddings and HiddenAct, or the name of a model folder, as in [TransformerEncoder(\"all-MiniLM-L6-v2\")]");

    public static readonly DiagnosticDescriptor NeedsModelFolder = Error(
        "GE0016", "Models of this type are compiled from a model folder",
        "ModelType.{0} has parts that no property says; name a model folder, as in [TransformerEncoder(\"gte-modernbert-base\")], and leave the sizes out");

    public static readonly DiagnosticDescriptor ModelNotInProject = Error(
        "GE0020", "No model folder of that name",
        "No model folder '{0}' is named in the project file, {1}; add <EncoderModel Include=\"path/to/{0}\" />");

    public static readonly DiagnosticDescriptor ModelUnreadable = Error(
        "GE0021", "The model folder can't be read",
        "The model folder '{0}' can't be read: {1}");

    public static readonly DiagnosticDescriptor ModelUnsupported = Error(
        "GE0022", "The model is not supported",
        "The model '{0}' is not supported: {1}");

    public static readonly DiagnosticDescriptor ContradictsModel = Error(
        "GE0023", "A property contradicts the model folder",
        "{0} = {1} contradicts the model '{2}', which has {3}; leave it out");

    public static readonly DiagnosticDescriptor TensorMissing = Error(
        "GE0024", "A tensor is missing",
        "The model '{0}' has no tensor '{1}' (expected with shape {2})");

    public static readonly DiagnosticDescriptor TensorMisshapen = Error(
        "GE0025", "A tensor has another shape",
        "The tensor '{0}' of the model '{1}' has shape {2}, but is expected with shape {3}");

    public static readonly DiagnosticDescriptor TensorType = Error(
        "GE0026", "A tensor's type is not supported",
        "The tensor '{0}' of the model '{1}' has type {2}; F32, F16 and BF16 are supported");

    public static readonly DiagnosticDescriptor TensorUnexpected = Error(
        "GE0027", "A tensor shows that the model is another",
        "The model '{0}' has a tensor '{1}' of shape {2}, but {3}");

    public static readonly DiagnosticDescriptor HeadNeedsVocabulary = Error(
        "GE0030", "A language model's head without a vocabulary",
        "Head = MaskedLM needs VocabSize: its logits are the vocabulary's, but without VocabSize the encoder takes vectors");

    public static readonly DiagnosticDescriptor NumLabelsMissing = Error(
        "GE0031", "A classification head without labels",
        "Head = {0} needs NumLabels, the number of its logits: as many as id2label in config.json has entries, 1 for a cross-encoder");

    public static readonly DiagnosticDescriptor NoPooler = Error(
        "GE0032", "The architecture has no pooler",
        "Head = Pooler: {0} has no pooler; use Embed with Pooling = Pooling.Cls for the first token's vector");

    public static readonly DiagnosticDescriptor NoEffectOnHead = Warning(
        "GE0033", "A property has no effect on this head",
        "{0} has no effect: Head = {1} has no {2}");

    public static readonly DiagnosticDescriptor OffsetForgotten = Warning(
        "GE0034", "Models of this type count positions from 2",
        "PositionOffset is not set: in models of ModelType.{0} the first token has row 2 of the position table as a rule (pad_token_id + 1), and without it row 0");

    public static readonly DiagnosticDescriptor NoSuchPositions = Warning(
        "GE0035", "MaxSeqLength is more than the position table allows",
        "MaxSeqLength = {0} has no effect: MaxPositionEmbeddings = {1} has rows for {2} tokens");

    public static readonly DiagnosticDescriptor PartialPanels = Info(
        "GE0040", "A dimension doesn't fill its vectors",
        "{0} = {1}: {2}");

    /// <summary>Not to be silenced: code that uses the encoder compiles beside an error, and would find no encoder when it runs.</summary>
    private static DiagnosticDescriptor Error(string id, string title, string message) =>
        Rule(id, title, message, DiagnosticSeverity.Error, WellKnownDiagnosticTags.NotConfigurable);

    private static DiagnosticDescriptor Warning(string id, string title, string message) => Rule(id, title, message, DiagnosticSeverity.Warning);

    private static DiagnosticDescriptor Info(string id, string title, string message) => Rule(id, title, message, DiagnosticSeverity.Info);

    private static DiagnosticDescriptor Rule(string id, string title, string message, DiagnosticSeverity severity, params string[] tags) =>
        new(id, title, message, Category, severity, isEnabledByDefault: true, helpLinkUri: $"{Pages}{id}.md", customTags: tags);
}
