using System.Collections.Immutable;
using System.Text.RegularExpressions;
using GeneratedEncoder.Generator.Plan;
using GeneratedEncoder.Generator.Spec;
using Microsoft.CodeAnalysis;

namespace GeneratedEncoder.Generator.Tests;

/// <summary>The plan's decisions, over many shapes.</summary>
public sealed partial class PlanTests
{
    public static TheoryData<int, int, int, int> Shapes => new()
    {
        { 384, 12, 1536, 512 }, { 768, 12, 3072, 512 }, { 128, 2, 512, 512 }, { 52, 2, 77, 33 }, { 200, 8, 777, 128 }, { 1024, 16, 4096, 8192 }, { 1, 1, 1, 1 },
    };

    private static EncoderPlan PlanOf(int hidden, int heads, int inner, int tokens, NormPlacement norm = NormPlacement.Post, Head head = Head.None) => EncoderPlan.For(new EncoderSpec
    {
        Type = new TypeSpec { Namespace = "", Containers = default, Declaration = "partial class X", Name = "X", FullName = "X", NotPartial = null, Unsupported = null },
        Given = default,
        HiddenSize = hidden,
        NumAttentionHeads = heads,
        IntermediateSize = inner,
        MaxPositionEmbeddings = tokens,
        NumHiddenLayers = 3,
        VocabSize = 1000,
        TypeVocabSize = 2,
        NormPlacement = norm,
        Head = head,
        NumLabels = head is Head.SequenceClassification or Head.TokenClassification ? 5 : 0,
    });

    [Theory]
    [MemberData(nameof(Shapes))]
    public void Regions_start_on_cache_lines_and_never_overlap(int hidden, int heads, int inner, int tokens)
    {
        foreach (NormPlacement norm in Enum.GetValues<NormPlacement>())
        {
            EncoderPlan plan = PlanOf(hidden, heads, inner, tokens, norm);
            AssertApart(plan.Weights.Shared.Regions);
            AssertApart(plan.Weights.Layer.Regions);
            AssertApart(plan.Scratch.Shared.Regions);
            AssertApart(plan.Scratch.Attention.Regions);
            AssertApart(plan.Scratch.FeedForward.Regions);
        }

        foreach (Head head in Enum.GetValues<Head>().Where(head => head != Head.None))
        {
            EncoderPlan plan = PlanOf(hidden, heads, inner, tokens, head: head);
            AssertApart(plan.Weights.Shared.Regions);
            AssertApart(plan.Scratch.Head!.Regions);
            Assert.True(plan.Scratch.ThreadFloats >= plan.Scratch.Head.Floats);
        }
    }

    private static void AssertApart(ImmutableArray<Region> regions)
    {
        long end = 0;
        foreach (Region region in regions.OrderBy(region => region.Offset))
        {
            Assert.Equal(0, region.Offset % Panel.Width);
            Assert.True(region.Offset >= end, region.Name);
            end = region.Offset + region.Floats;
        }
    }

    [Theory]
    [MemberData(nameof(Shapes))]
    public void Rows_of_a_tile_never_crowd_into_the_same_cache_sets(int hidden, int heads, int inner, int tokens)
    {
        EncoderPlan plan = PlanOf(hidden, heads, inner, tokens);
        foreach (int stride in new[] { plan.HiddenStride, plan.FeedForward.Up.YStride, plan.Attention.ScoreStride })
        {
            Assert.NotEqual(0, stride % 256);
            Assert.Equal(0, stride % Panel.Width);
        }
    }

    [Fact]
    public void A_head_never_shares_a_panel_with_another()
    {
        EncoderPlan plan = PlanOf(52, 2, 77, 33);

        Assert.Equal(26, plan.Attention.HeadSize);
        Assert.Equal(32, plan.Attention.HeadColumns);
        Assert.Equal(3 * 2 * 32, plan.Attention.Qkv.Columns);
    }

    [Fact]
    public void Every_tile_fits_its_registers_and_the_code_size_budget()
    {
        foreach (SimdPath path in PlanOf(384, 12, 1536, 512).Paths)
        {
            Assert.InRange(path.RegistersUsed, 1, path.Registers);
            Assert.InRange(path.FmaStatements, 1, EncoderPlan.FmaBudget);
            Assert.Equal(Panel.Width, path.Lanes * path.Parts.Length);
        }
    }

    [Fact]
    public void An_encoder_is_emitted_in_less_than_300_kB_and_no_method_exceeds_the_budget()
    {
        ImmutableArray<GeneratedSourceResult> files = GeneratorHost.Generate(GeneratorHost.Encoder(
            "HiddenSize = 384, NumHiddenLayers = 6, NumAttentionHeads = 12, IntermediateSize = 1536, MaxPositionEmbeddings = 512, VocabSize = 30522, HiddenAct = HiddenAct.Gelu"));

        Assert.InRange(files.Sum(file => file.SourceText.Length), 1, 300_000);
        foreach (string method in files.SelectMany(file => Method().Split(file.SourceText.ToString())))
        {
            Assert.InRange(Fma().Count(method), 0, EncoderPlan.FmaBudget);
        }
    }

    [Theory]
    [MemberData(nameof(Shapes))]
    public void A_querys_biases_lie_within_its_heads_row_up_to_a_whole_panel_of_keys(int hidden, int heads, int inner, int tokens)
    {
        EncoderPlan plan = EncoderPlan.For(PlanOf(hidden, heads, inner, tokens).Spec with { ModelType = ModelType.MPNet, TypeVocabSize = 0, RelativeAttentionNumBuckets = 32 });

        RelativeBiasPlan bias = Assert.IsType<RelativeBiasPlan>(plan.Attention.RelativeBias);
        Assert.Equal(0, bias.Center - (tokens - 1)); // The last query's first key.
        Assert.InRange(bias.Center + Panel.Pad(tokens), 1, bias.Stride); // The first query's last panel.
        AssertApart(plan.Weights.Shared.Regions);
    }

    [Theory]
    [InlineData(20)]
    [InlineData(52)]
    [InlineData(700)]
    public void Embeddings_wait_for_their_projection_beside_the_hidden_states(int size)
    {
        EncoderPlan plan = EncoderPlan.For(PlanOf(52, 2, 77, 33).Spec with { ModelType = ModelType.Albert, EmbeddingSize = size, NumHiddenGroups = 1 });

        Region embedded = Assert.Single(Assert.IsType<MemoryMap>(plan.Scratch.Embeddings).Regions);
        Region hidden = plan.Scratch.Shared.Regions.Single(region => region.Name == "Hidden");
        Assert.InRange(embedded.Offset, hidden.Offset + hidden.Floats, plan.Scratch.SharedFloats);
        Assert.InRange(embedded.Offset + embedded.Floats, 1, plan.Scratch.SharedFloats);
        Assert.Equal(size == 52 ? ["LayerNorm"] : ["LayerNorm", $"LayerNorm{size}"], plan.Norms.Select(norm => norm.Name));
        AssertApart(plan.Weights.Shared.Regions);
    }

    [Fact]
    public void Weights_that_layers_share_are_held_once()
    {
        EncoderSpec spec = PlanOf(52, 2, 77, 33).Spec with { NumHiddenLayers = 12, ModelType = ModelType.Albert };
        WeightMap one = EncoderPlan.For(spec with { NumHiddenGroups = 1 }).Weights, three = EncoderPlan.For(spec with { NumHiddenGroups = 3 }).Weights;

        Assert.Equal((12, 4), (one.LayersPerSet, three.LayersPerSet));
        Assert.Equal(one.Bytes + 2 * one.LayerStride * sizeof(float), three.Bytes);
    }

    [Theory]
    [InlineData(384, 12, 1536, 8)]
    [InlineData(768, 12, 3072, 8)]
    [InlineData(32, 2, 64, 102)]
    public void A_thread_gets_eight_tokens_or_five_million_operations(int hidden, int heads, int inner, int tokens)
    {
        EncoderPlan plan = PlanOf(hidden, heads, inner, 512);

        Assert.Equal(tokens, plan.Pack.ThreadTokens);
    }

    [Fact]
    public void The_workspace_of_MiniLM_is_5_megabytes()
    {
        EncoderPlan plan = PlanOf(384, 12, 1536, 512);

        Assert.InRange(plan.Scratch.Bytes, 4_900_000, 5_000_000);
    }

    /// <summary>BERT large, and one of almost 8 GiB.</summary>
    [Theory]
    [InlineData("HiddenSize = 1024, NumHiddenLayers = 24, NumAttentionHeads = 16, IntermediateSize = 4096", 1_211_000_000, 1_212_500_000)]
    [InlineData("HiddenSize = 4096, NumHiddenLayers = 10, NumAttentionHeads = 64, IntermediateSize = 16384", 8_050_000_000, 8_080_000_000)]
    public void Byte_counts_are_long_however_large_the_model(string attribute, long least, long most)
    {
        INamedTypeSymbol encoder = GeneratorHost.Run(GeneratorHost.Compile(GeneratorHost.Encoder(attribute + ", MaxPositionEmbeddings = 512, VocabSize = 30522, HiddenAct = HiddenAct.Gelu")))
            .Output.GetTypeByMetadataName("Demo.Tiny")!;

        foreach (string name in new[] { "WeightBytes", "WorkspaceBytes", "ThreadBytes" })
        {
            IFieldSymbol constant = Assert.IsAssignableFrom<IFieldSymbol>(Assert.Single(encoder.GetMembers(name)));
            Assert.Equal(SpecialType.System_Int64, constant.Type.SpecialType);
            Assert.InRange((long)constant.ConstantValue!, 1, long.MaxValue);
        }

        Assert.InRange((long)((IFieldSymbol)encoder.GetMembers("WeightBytes").Single()).ConstantValue!, least, most);
    }

    [GeneratedRegex(@"\n +(?:private|internal|public) ")]
    private static partial Regex Method();

    [GeneratedRegex(@"FusedMultiplyAdd\(")]
    private static partial Regex Fma();
}
