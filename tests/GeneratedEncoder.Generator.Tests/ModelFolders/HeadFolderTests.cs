using System.Collections;
using System.Reflection;
using Microsoft.CodeAnalysis;

namespace GeneratedEncoder.Generator.Tests.ModelFolders;

/// <summary>What a folder says about a head, in the class that comes of it: compiled here, loaded and asked.</summary>
public sealed class HeadFolderTests
{
    [Fact]
    public void A_class_has_its_folders_labels_in_the_order_of_its_logits()
    {
        Type tiny = Compiled("\"id2label\": {\"1\": \"POSITIVE\", \"0\": \"NEGATIVE\", \"2\": \"\\\"<&\\\\\"}", labels: 3);

        Assert.Equal(["NEGATIVE", "POSITIVE", "\"<&\\"], ((IEnumerable)tiny.GetProperty("Labels")!.GetValue(null)!).Cast<string>());
        Assert.Equal(3, tiny.GetField("NumLabels")!.GetRawConstantValue());
        Assert.Null(tiny.GetMethod("ScoreBatch"));
    }

    /// <summary>As sentence-transformers does it, unless the folder names another activation.</summary>
    [Fact]
    public void A_cross_encoders_score_is_its_logits_sigmoid()
    {
        Type tiny = Compiled("\"num_labels\": 1", labels: 1);

        float[] arguments = [.. Enumerable.Range(-2000, 4001).Select(i => i * 0.03f), float.NegativeInfinity, float.PositiveInfinity, float.NaN];
        foreach (float x in arguments)
        {
            float[] scores = [.. new[] { "V128", "V256", "V512" }.Select(path => (float)tiny
                .GetNestedType(path, BindingFlags.NonPublic)!
                .GetMethod("Sigmoid", BindingFlags.NonPublic | BindingFlags.Static)!
                .Invoke(null, [x])!)];
            double expected = 1 / (1 + Math.Exp(-(double)x));
            Assert.All(scores, score => Assert.Equal(scores[0], score));
            Assert.True(float.IsNaN(x) ? float.IsNaN(scores[0]) : Math.Abs(scores[0] - expected) <= 1e-7 + 1e-6 * expected, $"sigmoid({x}) = {scores[0]}");
            Assert.True(float.IsNaN(x) || scores[0] is >= 0 and <= 1);
        }
    }

    [Fact]
    public void A_cross_encoder_that_says_so_has_the_logit_as_its_score() => Assert.Null(
        Compiled("\"num_labels\": 1, \"sbert_ce_default_activation_function\": \"torch.nn.modules.linear.Identity\"", labels: 1)
            .GetNestedType("V256", BindingFlags.NonPublic)!
            .GetMethod("Sigmoid", BindingFlags.NonPublic | BindingFlags.Static));

    /// <summary>A classifier's folder with these members in its config.</summary>
    internal static TinyFolder Classifier(string members, long labels)
    {
        (string Name, string Type, long[] Shape)[] head =
        [
            ("bert.pooler.dense.weight", "F32", [16, 16]), ("bert.pooler.dense.bias", "F32", [16]),
            ("classifier.weight", "F32", [labels, 16]), ("classifier.bias", "F32", [labels]),
        ];
        return new TinyFolder()
            .WithConfig("\"architectures\": [\"BertForSequenceClassification\"], " + members)
            .With("model.safetensors", TinyFolder.Header(TinyFolder.Tensors("bert.").Concat(head)));
    }

    /// <summary>The same as a class of a loaded assembly.</summary>
    private static Type Compiled(string members, long labels)
    {
        (_, Compilation output) = GeneratorHost.Run(GeneratorHost.Compile(TinyFolder.Declaration), Classifier(members, labels).File);
        using MemoryStream assembly = new();
        Assert.True(output.Emit(assembly).Success);
        return Assembly.Load(assembly.ToArray()).GetType("Demo.Tiny")!;
    }
}
