using GeneratedEncoder.Generator.Spec;

namespace GeneratedEncoder.Generator.Emit;

/// <summary>What a class took from its model's folder, and the look that Load takes at the folder at hand.</summary>
internal static class ModelFactsEmitter
{
    /// <summary>The table, one line a fact, in the class Compiled of an encoder that has a folder.</summary>
    public static void EmitTable(SourceWriter w, EncoderSpec spec)
    {
        w.Comment("What the model's folder said (null: the attribute did). Load refuses a folder that says otherwise.");
        w.Line("internal static readonly ModelFact[] Facts = new ModelFact[]");
        w.Line("{");
        foreach (TakenFact fact in spec.Model!.Facts)
        {
            w.Line($"    new ModelFact(\"{fact.Property}\", \"{fact.Value}\", {(fact.Source is { } source ? ForeignText.Literal(source) : "null")}),");
        }

        w.Line("};");
    }

    /// <summary>The statement in Load, which is given this parameter.</summary>
    public static void EmitCheck(SourceWriter w, EncoderSpec spec, string source)
    {
        if (spec.Model is not null)
        {
            w.Line($"ModelFolder.Check({source}, Compiled.Facts, {(spec.TakesVectors ? "null" : "Compiled.Info")}, nameof({spec.Type.Name}));");
        }
    }
}
