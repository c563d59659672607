using System.Reflection;
using System.Runtime.CompilerServices;
using GeneratedEncoder.Oracles;
using GeneratedEncoder.Runtime;

namespace GeneratedEncoder.Benchmarks.Parts;

/// <summary>A piece of a call, done for all layers one after another, each with its own weights.</summary>
/// <param name="Name">The method or product.</param>
/// <param name="Depth">0 for a piece of the call, 1 for a piece of the one before with 0.</param>
/// <param name="Flops">What it computes, 0 where it is no product.</param>
/// <param name="Call">Does it.</param>
internal sealed record EncoderPart(string Name, int Depth, double Flops, Action Call);

/// <summary>
/// The pieces of an encoder for texts of one length, taken out of its generated class: sub-layers on the instance's own
/// weights and one of its workspaces, products between buffers of their own, because a workspace has no room for the inner
/// activations of a whole text.
/// </summary>
internal sealed unsafe class EncoderParts : IDisposable
{
    private readonly EncoderShape _shape;
    private readonly int _tokens;
    private readonly GeneratedCode _code;
    private readonly EncoderMemory _memory;
    private readonly Workspace _workspace;
    private readonly List<NativeFloats> _buffers = [];
    private readonly Operands _operands;
    private readonly Action _embed, _project, _heads;

    public EncoderParts(EncoderCase encoder, LoadedEncoder loaded, int tokens)
    {
        (_shape, _tokens, _code) = (encoder.Shape, tokens, new GeneratedCode(loaded.Instance.GetType()));
        _memory = _code.Field<EncoderMemory>(loaded.Instance, "_memory");
        _workspace = _memory.Rent();
        nint scratch = (nint)Unsafe.AsPointer(ref _workspace.Start);
        _operands = Operands.None
            .With("first", 0)
            .With("end", tokens)
            .With("tokens", tokens)
            .With("allTokens", tokens)
            .With("rows", tokens)
            .With("thread", 0)
            .With("lengths", new[] { tokens })
            .With("firstHead", 0)
            .With("endHead", _shape.NumAttentionHeads)
            .With("weights", Weights)
            .With("scratch", scratch)
            .With("own", scratch + _code.Constant("Scratch", "Threads") * sizeof(float))
            .With("hidden", Hidden)
            .With("x", Hidden)
            .With("y", Hidden)
            .With("attentions", Array.Empty<float>());
        _embed = _operands
            .With("inputIds", encoder.Ids(tokens))
            .With("tokenTypeIds", Array.Empty<int>())
            .With("words", _code.Field<EmbeddingTable>(loaded.Instance, "_words"))
            .Bind(_code.Method("Embed"));
        _project = EachLayer("Project");
        _heads = EachLayer("Heads");
        All = [.. Parts()];
    }

    /// <summary>The class that the parts are from: V256.</summary>
    public string Path => _code.Path.Name;

    /// <summary>The parts in the order of the call.</summary>
    public IReadOnlyList<EncoderPart> All { get; }

    private nint Weights => (nint)Unsafe.AsPointer(ref _memory.Weights);

    private nint Hidden => (nint)Unsafe.AsPointer(ref Unsafe.Add(ref _workspace.Start, _code.Constant("Scratch", "Hidden")));

    /// <summary>Puts into the workspace what a call of this text has there: hidden states, queries, keys, values, context.</summary>
    public void Prepare()
    {
        _embed();
        _project();
        _heads();
    }

    /// <summary>Gives the workspace back and frees the buffers.</summary>
    public void Dispose()
    {
        _memory.Return(_workspace);
        _buffers.ForEach(buffer => buffer.Dispose());
    }

    private IEnumerable<EncoderPart> Parts()
    {
        int hidden = _shape.HiddenSize, inner = _shape.IntermediateSize, layers = _shape.NumHiddenLayers;
        yield return new("Embed", 0, 0, _embed);
        yield return new("Project", 0, layers * Flops.Project(_shape, _tokens), _project);
        yield return Product("Qkv", hidden, 3 * hidden, BlockRows("Attention"));
        yield return new("Heads", 0, layers * Flops.Heads(_shape, _tokens), _heads);
        yield return new("Combine", 0, layers * Flops.Combine(_shape, _tokens), EachLayer("Combine"));
        yield return Product("Output", hidden, hidden, BlockRows("Attention"));
        yield return Norm("AttentionNorm");
        yield return new("FeedForward", 0, layers * Flops.FeedForward(_shape, _tokens), EachLayer("FeedForward"));
        yield return Product("Up", hidden, inner, BlockRows("FeedForward"));
        yield return Product("Down", inner, hidden, BlockRows("FeedForward"));
        yield return Norm("FeedForwardNorm");
    }

    private EncoderPart Norm(string weights) => new("LayerNorm", 1, 0, EachLayer(
        _code.Method("LayerNorm"), [_operands], ("weight", weights + "Weight"), ("bias", weights + "Bias")));

    /// <summary>A product over all rows, block after block.</summary>
    private EncoderPart Product(string weights, int inputs, int outputs, int blockRows)
    {
        Type type = _code.Linear(inputs, outputs);
        MethodInfo run = GeneratedCode.Method(type, "Run");
        int xStride = GeneratedCode.Property(type, "XStride"), yStride = GeneratedCode.Property(type, "YStride");
        int scales = (Math.Max(inputs, outputs) + 63) / 64;
        NativeFloats x = Buffer(_tokens * xStride), y = Buffer(_tokens * Math.Max(outputs, yStride));
        NativeFloats xScales = Buffer(_tokens * scales), yScales = Buffer(_tokens * scales);
        x.Set(RandomModel.Vectors(_shape with { HiddenSize = xStride }, EncoderCase.Seed, _tokens));
        xScales.Set(Enumerable.Repeat(1e-3f, _tokens * scales).ToArray());

        List<Operands> blocks = [];
        for (int row = 0; row < _tokens; row += blockRows)
        {
            blocks.Add(_operands
                .With("rows", Math.Min(blockRows, _tokens - row))
                .With("x", x.Address + (nint)row * xStride * ElementSize(run, "x"))
                .With("y", y.Address + (nint)row * yStride * ElementSize(run, "y"))
                .With("scales", xScales.Address + (nint)row * scales * sizeof(float))
                .With("yScales", yScales.Address + (nint)row * scales * sizeof(float))
                .With("headLength", _tokens * yStride));
        }

        Action call = EachLayer(run, blocks, ("panels", weights + "Panels"), ("bias", weights + "Bias"));
        return new(type.Name, 1, _shape.NumHiddenLayers * Flops.Product(_tokens, inputs, outputs), call);
    }

    /// <summary>Bytes of what a product's parameter refers to: floats, or rows of eight bits.</summary>
    private static int ElementSize(MethodInfo run, string parameter) =>
        run.GetParameters().Single(one => one.Name == parameter).ParameterType == typeof(byte).MakeByRefType() ? sizeof(byte) : sizeof(float);

    /// <summary>Rows that a sub-layer takes through its products at a time: at most its constant, cut evenly.</summary>
    private int BlockRows(string subLayer)
    {
        int most = _code.PathConstant(subLayer + "BlockRows");
        int blocks = (_tokens + most - 1) / most;
        return (_tokens + blocks - 1) / blocks;
    }

    /// <summary>A sub-layer's method, called for each layer.</summary>
    private Action EachLayer(string method) => EachLayer(_code.Method(method), [_operands]);

    /// <summary>
    /// A method called for each layer, once with each of <paramref name="blocks"/>, and with those of the layer's weights
    /// that are given by the names of their offsets.
    /// </summary>
    private Action EachLayer(MethodInfo method, IReadOnlyList<Operands> blocks, params (string Parameter, string Offset)[] weights)
    {
        List<Action> calls = [];
        for (int index = 0; index < _shape.NumHiddenLayers; index++)
        {
            nint layer = Weight("Layers") + (nint)index * _code.Constant("Weights", "LayerStride") * sizeof(float);
            foreach (Operands block in blocks)
            {
                Operands operands = block.With("layer", layer);
                foreach ((string parameter, string offset) in weights)
                {
                    operands = operands.With(parameter, layer + _code.Constant("Layer", offset) * sizeof(float));
                }

                calls.Add(operands.Bind(method));
            }
        }

        return () =>
        {
            foreach (Action call in calls)
            {
                call();
            }
        };
    }

    private nint Weight(string offset) => Weights + _code.Constant("Weights", offset) * sizeof(float);

    private NativeFloats Buffer(int length)
    {
        NativeFloats buffer = new(length);
        _buffers.Add(buffer);
        return buffer;
    }
}
