using System.Collections.Immutable;
using GeneratedEncoder.Generator.Check;
using GeneratedEncoder.Generator.Emit;
using GeneratedEncoder.Generator.Plan;
using GeneratedEncoder.Generator.Spec;
using GeneratedEncoder.Generator.Tests.ModelFolders;
using GeneratedEncoder.Runtime;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace GeneratedEncoder.Generator.Tests;

/// <summary>No offset that emitted code computes can exceed its type, or leave the memory that was planned for it.</summary>
public sealed class OffsetTests
{
    private const string LargeWorkspace =
        "HiddenSize = 1024, NumHiddenLayers = 1, NumAttentionHeads = 16, IntermediateSize = 524288, MaxPositionEmbeddings = 412000, HiddenAct = HiddenAct.Gelu";

    /// <summary>The first three have workspaces just below 8 GiB, or weights, or 2^31 words.</summary>
    public static TheoryData<string> Encoders => new()
    {
        LargeWorkspace,
        "HiddenSize = 4096, NumHiddenLayers = 10, NumAttentionHeads = 64, IntermediateSize = 16384, MaxPositionEmbeddings = 512, HiddenAct = HiddenAct.Gelu",
        GeneratorHost.SmallSizes + ", VocabSize = 2147480000, Head = Head.MaskedLM",
        GeneratorHost.SmallSizes + ", VocabSize = 10, TypeVocabSize = 2, NormPlacement = NormPlacement.Pre, Pooling = Pooling.Max",
        GeneratorHost.SmallSizes.Replace("HiddenSize = 16", "HiddenSize = 80") + ", VocabSize = 10, ModelType = ModelType.MPNet, RelativeAttentionNumBuckets = 32, Pooling = Pooling.Cls",
        GeneratorHost.SmallSizes + ", VocabSize = 10, ModelType = ModelType.Albert, EmbeddingSize = 12, NumHiddenGroups = 1, Head = Head.Pooler",
        GeneratorHost.SmallSizes.Replace("NumHiddenLayers = 1", "NumHiddenLayers = 6") + ", VocabSize = 10, ModelType = ModelType.Albert, NumHiddenGroups = 2, Head = Head.SequenceClassification, NumLabels = 3",
        GeneratorHost.SmallSizes + ", VocabSize = 10, Head = Head.TokenClassification, NumLabels = 40",
        GeneratorHost.SmallSizes + ", VocabSize = 100, Head = Head.MaskedLM, TieWordEmbeddings = false",
        LargeWorkspace.Replace("412000", "400000") + ", Weights = WeightFormat.Int8",
        LargeWorkspace + ", Weights = WeightFormat.BFloat16",
        GeneratorHost.SmallSizes.Replace("HiddenSize = 16", "HiddenSize = 80") + ", VocabSize = 10, NormPlacement = NormPlacement.Pre, Weights = WeightFormat.Int8",
        GeneratorHost.SmallSizes + ", VocabSize = 10, ModelType = ModelType.Albert, EmbeddingSize = 12, NumHiddenGroups = 1, Head = Head.Pooler, Weights = WeightFormat.Int8",
        GeneratorHost.SmallSizes + ", VocabSize = 10, ModelType = ModelType.Albert, EmbeddingSize = 12, NumHiddenGroups = 1, Head = Head.Pooler, Weights = WeightFormat.BFloat16",
        GeneratorHost.SmallSizes + ", VocabSize = 100, Head = Head.TokenClassification, NumLabels = 40, Weights = WeightFormat.Int8",
        GeneratorHost.SmallSizes + ", VocabSize = 100, Head = Head.MaskedLM, TieWordEmbeddings = false, Weights = WeightFormat.BFloat16",
    };

    /// <summary>What stands in each Unsafe.Add is a constant, or one of the plan's offsets in a type that holds its maximum.</summary>
    [Theory]
    [MemberData(nameof(Encoders))]
    public void Emitted_code_computes_the_plans_offsets_and_no_others(string attribute)
    {
        (_, Compilation compilation) = GeneratorHost.Run(GeneratorHost.Compile(GeneratorHost.Encoder(attribute)));
        AssertOffsets(compilation, EncoderPlan.For(SpecOf(compilation)));
    }

    public static TheoryData<string> Folders => [.. ArchitectureFolder.Names];

    [Theory]
    [MemberData(nameof(Folders))]
    public void Emitted_code_of_each_architecture_computes_the_plans_offsets_and_no_others(string folder)
    {
        foreach (WeightFormat format in Enum.GetValues<WeightFormat>())
        {
            (_, Compilation compilation) = GeneratorHost.Run(GeneratorHost.Compile(ArchitectureFolder.Declaration(folder, $"{format}")), ArchitectureFolder.File(folder));
            AssertOffsets(compilation, EncoderPlan.For(ArchitectureFolder.Spec(folder) with { Weights = format }));
        }
    }

    /// <summary>The folders' encoders at other sizes.</summary>
    [Theory]
    [MemberData(nameof(Folders))]
    public void No_offset_of_an_architectures_encoder_exceeds_its_memory(string folder)
    {
        EncoderSpec small = ArchitectureFolder.Spec(folder);
        foreach ((int positions, int width, WeightFormat format) in new[] { (1, 1), (17, 1), (400, 3), (9_000, 1), (200_000, 2) }
            .SelectMany(sizes => Enum.GetValues<WeightFormat>().Select(format => (sizes.Item1, sizes.Item2, format))))
        {
            EncoderSpec spec = small with { Weights = format, MaxPositionEmbeddings = small.MaxPositionEmbeddings * positions, HiddenSize = small.HiddenSize * width, IntermediateSize = small.IntermediateSize * width };
            if (MemoryLimit.Exceeded(spec) is null)
            {
                AssertWithinBounds(EncoderPlan.For(spec));
            }
        }
    }

    private static void AssertOffsets(Compilation compilation, EncoderPlan plan)
    {
        Dictionary<string, Offset> known = plan.Offsets.All().Select(offset => offset.Offset).Concat(plan.Paths.SelectMany(path => path.Offsets.All().Concat(path.BFloat16.Offsets.All())))
            .Concat(Int8Path.All.SelectMany(path => new Int8Offsets(path).All()))
            .GroupBy(offset => offset.ToString()).ToDictionary(group => group.Key, group => group.MaxBy(offset => offset.Most)!);
        Assert.Empty(compilation.GetDiagnostics().Where(diagnostic => diagnostic.Severity >= DiagnosticSeverity.Warning));
        int checkedOffsets = 0;
        HashSet<string> unknown = [];
        foreach (SyntaxTree tree in compilation.SyntaxTrees.Skip(1))
        {
            SemanticModel model = compilation.GetSemanticModel(tree);
            foreach (ExpressionSyntax offset in OffsetsIn(tree.GetRoot()))
            {
                checkedOffsets++;
                if (model.GetConstantValue(offset) is { HasValue: true, Value: { } constant })
                {
                    Assert.InRange(Convert.ToInt64(constant), 0, int.MaxValue);
                }
                else if (offset is not IdentifierNameSyntax { Identifier.Text: "d" or "nextY" })
                {
                    if (!known.TryGetValue(offset.ToString(), out Offset? planned))
                    {
                        unknown.Add($"{offset} ({Path.GetFileName(tree.FilePath)})");
                        continue;
                    }

                    Assert.True(!planned.IsNative || model.GetTypeInfo(offset).Type?.SpecialType == SpecialType.System_IntPtr, $"'{offset}' may be {planned.Most}, but is computed in {model.GetTypeInfo(offset).Type}.");
                }
            }
        }

        Assert.Empty(unknown);
        Assert.InRange(checkedOffsets, 100, int.MaxValue);
    }

    [Fact]
    public void A_members_part_of_a_large_workspace_lies_past_2_to_the_31()
    {
        EncoderPlan plan = EncoderPlan.For(SpecOf(GeneratorHost.Compile(GeneratorHost.Encoder(LargeWorkspace))));

        Assert.True(plan.Scratch.SharedFloats + 3 * plan.Scratch.ThreadFloats > int.MaxValue);
        Assert.True(plan.Offsets.Own.IsNative);
    }

    /// <summary>Sizes from 1 up to their limits, each power of two as likely as any other: many are close to what is refused.</summary>
    [Fact]
    public void No_offset_of_a_legal_encoder_exceeds_its_memory_or_an_int_but_a_members_own_part()
    {
        int legal = 0, large = 0;
        foreach (EncoderSpec spec in LegalSpecs(20261126).Take(3_000))
        {
            legal++;
            EncoderPlan plan = EncoderPlan.For(spec);
            large += plan.Weights.Bytes > 1L << 32 || plan.Scratch.Bytes > 1L << 32 ? 1 : 0;
            AssertWithinBounds(plan);
        }

        Assert.Equal(3_000, legal);
        Assert.InRange(large, 100, legal);
    }

    /// <summary>The emitters' demands that something be an int hold too, and constants are what they say.</summary>
    [Fact]
    public void Code_for_encoders_at_the_limits_can_be_emitted()
    {
        EncoderPlan[] large = [.. LegalSpecs(7).Select(EncoderPlan.For).Where(plan => plan.Scratch.Bytes + plan.Weights.Bytes > 1L << 32).Take(25)];

        Assert.Equal(25, large.Length);
        Assert.All(large, plan => Assert.NotEmpty(EncoderEmitter.Emit(plan).ToArray()));
    }

    [Fact]
    public void Text_and_maximum_of_an_offset_grow_together()
    {
        Offset row = Offset.Of("row", 99), stride = Offset.Constant(1_000, "Stride");

        AssertOffset("Start + row * Stride", 5 + 99_000, Offset.Constant(5, "Start") + row * stride);
        AssertOffset("(row + 1) * Stride", 100_000, (row + 1) * stride);
        AssertOffset("row * Stride - (row + 1)", 99_000, row * stride - (row + 1));
        AssertOffset("(nint)row * 100000000", 9_900_000_000, row * 100_000_000);
        AssertOffset("(nint)row * 100000000 + row", 9_900_000_099, row * 100_000_000 + row);
        AssertOffset("(nint)(row * 20000000) + row * 20000000", 3_960_000_000, row * 20_000_000 + row * 20_000_000);
        Assert.Throws<InvalidOperationException>(() => (row * 100_000_000).Int);
        Assert.Throws<OverflowException>(() => Offset.Of("row", long.MaxValue) + 1);
    }

    private static void AssertOffset(string text, long most, Offset offset) => Assert.Equal((text, most), (offset.ToString(), offset.Most));

    private static void AssertWithinBounds(EncoderPlan plan)
    {
        Assert.InRange(plan.Weights.Bytes / sizeof(float), 1, int.MaxValue);
        Assert.InRange(plan.Scratch.Bytes / sizeof(float), 1, int.MaxValue);
        foreach ((Offset offset, long floats) in plan.Offsets.All())
        {
            Assert.True(offset.Most <= floats, $"{offset} may be {offset.Most}, of {floats} floats: {plan.Spec}");
            Assert.True(!offset.IsNative || floats > int.MaxValue, $"{offset} may be {offset.Most}: {plan.Spec}");
        }

        foreach (SimdPath path in plan.Paths)
        {
            Assert.All(path.Offsets.All(), offset => Assert.False(offset.IsNative, $"{offset}"));
            foreach (ProductStrides strides in StridesOf(plan, path))
            {
                Assert.InRange(Math.Max(strides.X, Math.Max(strides.Y, strides.Panel)), 1, TileOffsets.MostStride);
                Assert.InRange(Math.Max(strides.NextPanel, strides.Ahead), 0, TileOffsets.MostPanels);
            }
        }

        // Offsets within the tiles of eight bits are bounded by those of the deepest product; none is deeper.
        Assert.All(Int8Path.All.SelectMany(path => new Int8Offsets(path).All()), offset => Assert.False(offset.IsNative, $"{offset}"));
        int mostBlocks = Int8Layout.Blocks(Math.Max(SpecLimits.IntermediateSize, SpecLimits.HiddenSize));
        foreach (LinearPlan product in ProductsOf(plan).Where(product => product.Format == WeightFormat.Int8))
        {
            Assert.InRange(product.Blocks, 1, mostBlocks);
            Assert.InRange(product.QuantisedStride, product.Blocks * Int8Layout.BlockInputs, (mostBlocks + 1) * Int8Layout.BlockInputs);
            Assert.InRange(product.PanelFloats, 1, Int8Offsets.NextPanel.Most);
            Assert.InRange(product.TileYStride, 1, TileOffsets.MostStride);
        }
    }

    private static IEnumerable<LinearPlan> ProductsOf(EncoderPlan plan) =>
        new[] { plan.Attention.Qkv, plan.Attention.Output, plan.FeedForward.Up, plan.FeedForward.Down, plan.Embeddings?.Projection, plan.Head?.Dense, plan.Head?.Classifier }.OfType<LinearPlan>();

    private static IEnumerable<ProductStrides> StridesOf(EncoderPlan plan, SimdPath path) =>
    [
        plan.Attention.ScoreStrides, plan.Attention.SumStrides,
        .. ProductsOf(plan).Select(product => product.Strides(path.TilePanels)),
    ];

    private static IEnumerable<ExpressionSyntax> OffsetsIn(SyntaxNode root) => root.DescendantNodes().OfType<InvocationExpressionSyntax>()
        .Where(call => call.Expression is MemberAccessExpressionSyntax { Name.Identifier.Text: "Add" } access && access.Expression.ToString().EndsWith("Unsafe", StringComparison.Ordinal))
        .Select(call => call.ArgumentList.Arguments[1].Expression);

    private static EncoderSpec SpecOf(Compilation compilation)
    {
        INamedTypeSymbol type = compilation.GetTypeByMetadataName("Demo.Tiny")!;
        return SpecParser.Parse(type, type.GetAttributes().Single(attribute => attribute.AttributeClass!.Name == "TransformerEncoderAttribute"), compilation, default);
    }

    /// <summary>The legal ones of as many as must do.</summary>
    private static IEnumerable<EncoderSpec> LegalSpecs(int seed)
    {
        Random random = new(seed);
        return Enumerable.Range(0, 200_000).Select(_ => RandomSpec(random)).Where(SpecValidator.IsLegal);
    }

    private static EncoderSpec RandomSpec(Random random)
    {
        int UpTo(int most)
        {
            long bound = 1L << random.Next(1, (int)Math.Log2(most) + 2);
            return (int)random.NextInt64(1, Math.Min(most, bound) + 1);
        }

        int heads = UpTo(128);
        ModelType type = Enum.GetValues<ModelType>()[random.Next(8)];
        int layers = UpTo(SpecLimits.NumHiddenLayers);
        return new EncoderSpec
        {
            Type = new TypeSpec { Namespace = "", Containers = default, Declaration = "partial class X", Name = "X", FullName = "X", NotPartial = null, Unsupported = null },
            Given = new(ImmutableArray.Create("HiddenSize", "NumHiddenLayers", "NumAttentionHeads", "IntermediateSize", "MaxPositionEmbeddings", "HiddenAct")),
            HiddenSize = heads * UpTo(SpecLimits.HiddenSize / heads),
            NumAttentionHeads = heads,
            NumHiddenLayers = layers,
            NumHiddenGroups = type == ModelType.Albert ? layers : 0,
            IntermediateSize = UpTo(SpecLimits.IntermediateSize),
            MaxPositionEmbeddings = UpTo(SpecLimits.Tokens),
            VocabSize = random.Next(4) == 0 && type == ModelType.Bert ? 0 : UpTo(int.MaxValue - 1),
            TypeVocabSize = type is ModelType.Bert or ModelType.Albert or ModelType.Electra ? UpTo(SpecLimits.TypeVocabSize) : 0,
            EmbeddingSize = type is ModelType.Electra or ModelType.Albert ? UpTo(SpecLimits.HiddenSize) : 0,
            RelativeAttentionNumBuckets = type == ModelType.MPNet ? random.Next(4, SpecLimits.RelativeAttentionNumBuckets) : 0,
            Head = Enum.GetValues<Head>()[random.Next(5)],
            NumLabels = UpTo(SpecLimits.NumLabels),
            HiddenAct = (HiddenAct)random.Next(4),
            Weights = (WeightFormat)random.Next(3),
        };
    }
}
