using System.Globalization;
using GeneratedEncoder.Generator.Check;
using GeneratedEncoder.Generator.Plan;
using GeneratedEncoder.Generator.Spec;
using Microsoft.CodeAnalysis.Text;

namespace GeneratedEncoder.Generator.Emit;

/// <summary>
/// What stands in place of an encoder that can't be generated: its public members, so that code that uses it has no errors of its own
/// behind the one that says what is wrong. Where the spec doesn't say which members there would be, there are all.
/// </summary>
internal static class StubEmitter
{
    public static (string HintName, SourceText Text) Emit(EncoderSpec spec) => (
        EmittedFile.HintName(spec.Type, "NotGenerated"),
        EmittedFile.WriteStub(spec.Type, IsModern(spec) ? $" : {Interfaces(spec)}" : "", w => EmitMembers(w, spec)));

    private static void EmitMembers(SourceWriter w, EncoderSpec spec)
    {
        string name = spec.Type.Name, options = IsModern(spec) ? "EncoderOptions? options = null" : "EncoderOptions options = null";
        HashSet<string> taken = [.. spec.Type.TakenMembers];
        foreach ((string constant, int value, string meaning) in ContractEmitter.Dimensions(Presentable(spec)).Where(constant => !taken.Contains(constant.Name)))
        {
            w.Summary(meaning);
            w.Line($"public const int {constant} = {Math.Max(0, value).ToString(CultureInfo.InvariantCulture)};").Line();
        }

        foreach ((string constant, string type) in new[] { ("WeightBytes", "long"), ("WorkspaceBytes", "long"), ("ThreadBytes", "long"), ("LayerNormEps", "double") }.Where(c => !taken.Contains(c.Item1)))
        {
            w.Line($"public const {type} {constant} = 1;").Line();
        }

        if (spec.ModelName is not null)
        {
            w.Line("public static global::System.Collections.Generic.IReadOnlyList<string> Labels => throw NotGenerated();").Line();
            w.Line($"public static {name} Load({options}) => throw NotGenerated();").Line();
        }

        w.Line($"public static {name} Load(string path, {options}) => throw NotGenerated();").Line();
        foreach (string source in new[] { $"{ContractEmitter.BytesType} model", $"{ContractEmitter.StreamType} model", $"{ContractEmitter.FilesType} files" })
        {
            w.Line($"public static {name} Load({source}, {options}) => throw NotGenerated();").Line();
        }

        w.Line("public void Dispose()\n{\n}").Line();
        foreach (InputForm form in Forms(spec))
        {
            foreach (PublicCall call in ContractEmitter.Calls(spec).Concat(Heads(spec).SelectMany(head => HeadCalls.Of(spec with { Head = head, NumLabels = 1 }))).Where(call => !taken.Contains(call.Name)))
            {
                w.Line(call.Declaration(form) + " => throw NotGenerated();").Line();
            }
        }

        if (IsModern(spec) && TakesTokens(spec))
        {
            InterfaceEmitter.EmitStub(w, spec.Type.Name, Heads(spec));
        }

        w.Line($"private static global::System.InvalidOperationException NotGenerated() =>\n    new global::System.InvalidOperationException({ForeignText.Literal($"The encoder '{spec.Type.FullName}' could not be generated: its build has an error whose id begins with GE.")});");
    }

    /// <summary>Whether the language has static members of interfaces.</summary>
    private static bool IsModern(EncoderSpec spec) => spec.Type.OldLanguage is null or "11.0";

    /// <summary>Whether nothing says what the encoder is to be like.</summary>
    private static bool IsUnknown(EncoderSpec spec) => spec.ModelName is not null || SpecValidator.Missing(spec).Length > 0;

    private static bool TakesTokens(EncoderSpec spec) => IsUnknown(spec) || !spec.TakesVectors || spec.Head == Head.MaskedLM;

    /// <summary>The heads that it may have.</summary>
    private static IEnumerable<Head> Heads(EncoderSpec spec)
    {
        bool known = (spec.Given.Contains("Head") || !IsUnknown(spec)) && Enum.IsDefined(typeof(Head), spec.Head);
        return known ? [spec.Head] : [Head.Pooler, Head.SequenceClassification, Head.TokenClassification, Head.MaskedLM];
    }

    private static IEnumerable<InputForm> Forms(EncoderSpec spec)
    {
        IEnumerable<InputForm> tokens = TakesTokens(spec) ? InputForm.All(spec with { VocabSize = 1, TypeVocabSize = 1 }) : [];
        return spec.TakesVectors && spec.ModelName is null ? tokens.Concat(InputForm.All(spec with { VocabSize = 0 })) : tokens;
    }

    private static string Interfaces(EncoderSpec spec) => TakesTokens(spec) ? InterfaceEmitter.Interfaces(spec.Type.Name, Heads(spec)) : "IDisposable";

    /// <summary>The dimensions as constants that one may divide by.</summary>
    private static EncoderSpec Presentable(EncoderSpec spec)
    {
        int heads = Math.Max(1, spec.NumAttentionHeads);
        return spec with
        {
            NumAttentionHeads = heads,
            HiddenSize = Math.Max(heads, spec.HiddenSize),
            NumHiddenLayers = Math.Max(1, spec.NumHiddenLayers),
            IntermediateSize = Math.Max(1, spec.IntermediateSize),
            MaxPositionEmbeddings = Math.Max(1, spec.MaxPositionEmbeddings),
            PositionOffset = Math.Max(0, spec.PositionOffset),
            NumLabels = IsUnknown(spec) || spec.HasLabels ? Math.Max(1, spec.NumLabels) : 0,
        };
    }
}
