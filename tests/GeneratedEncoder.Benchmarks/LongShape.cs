using GeneratedEncoder.Oracles;

namespace GeneratedEncoder.Benchmarks;

/// <summary>A model for long texts, ours and ONNX Runtime's two graphs of it, as files in a folder that processes share.</summary>
/// <param name="Name">What the command line calls it.</param>
/// <param name="Shape">The dimensions of its inputs and outputs.</param>
internal abstract record LongShape(string Name, EncoderShape Shape)
{
    /// <summary>The longest text of all.</summary>
    public const int MostTokens = 8192;

    private const string OursName = "ours", PlainName = "plain", FusedName = "fused";

    private static readonly LongShape[] s_all = [new LongMiniLm(), new LongModernBert()];

    /// <summary>Who is compared.</summary>
    public static IReadOnlyList<string> Contenders { get; } = [OursName, PlainName, FusedName];

    /// <summary>The model that the command line means.</summary>
    public static LongShape Named(string name) =>
        s_all.FirstOrDefault(shape => shape.Name == name)
        ?? throw new UsageException($"There is no shape '{name}' for long texts; there are {string.Join(", ", s_all.Select(shape => shape.Name))}.");

    /// <summary>Token ids of a text.</summary>
    public int[] Ids(int tokens) => RandomModel.Ids(Shape, EncoderCase.Seed, tokens);

    /// <summary>Floating-point operations of a call, two for each multiply-add that the definition asks for.</summary>
    public abstract double Flops(int tokens);

    /// <summary>Makes the model and writes what each contender opens into a folder.</summary>
    public void Prepare(string folder)
    {
        Func<OnnxEncoderOptions, byte[]> export = PrepareOurs(folder);
        foreach (string who in new[] { PlainName, FusedName })
        {
            File.WriteAllBytes(GraphPath(folder, who), export(OptionsOf(who)));
        }
    }

    /// <summary>Opens a contender, to work on one thread: the same way whether its time is taken or its memory.</summary>
    public LoadedEncoder Open(string who, string folder)
    {
        if (who == OursName)
        {
            return OpenOurs(folder);
        }

        OnnxEncoder onnx = OnnxEncoder.Open(Shape, GraphPath(folder, who), OptionsOf(who));
        return new LoadedEncoder(onnx, onnx.Encode);
    }

    /// <summary>Writes our files, and gives what makes the graphs.</summary>
    protected abstract Func<OnnxEncoderOptions, byte[]> PrepareOurs(string folder);

    /// <summary>Loads ours.</summary>
    protected abstract LoadedEncoder OpenOurs(string folder);

    private static string GraphPath(string folder, string who) => Path.Combine(folder, who + ".onnx");

    private static OnnxEncoderOptions OptionsOf(string who) => new() { Fused = who == FusedName };

    /// <summary>MiniLM's shape with positions for long texts; each layer attends to all tokens.</summary>
    private sealed record LongMiniLm() : LongShape("minilm-long", EncoderCase.Named("minilm-long").Shape)
    {
        public override double Flops(int tokens) => Benchmarks.Flops.Call(Shape, tokens);

        protected override Func<OnnxEncoderOptions, byte[]> PrepareOurs(string folder)
        {
            RandomModel model = RandomModel.Create(Shape, EncoderCase.Seed);
            model.Save(WeightsPath(folder));
            return options => OnnxEncoder.Export(model.Shape, model.Tensors, options);
        }

        protected override LoadedEncoder OpenOurs(string folder) => EncoderCase.Named(Name).Load(WeightsPath(folder));

        private static string WeightsPath(string folder) => Path.Combine(folder, "model.safetensors");
    }

    /// <summary>ModernBERT-base; two layers of three attend to a window.</summary>
    private sealed record LongModernBert() : LongShape("modernbert-base", new ModernBertShape().Calls)
    {
        private static readonly ModernBertShape s_modern = new();

        public override double Flops(int tokens) => Benchmarks.Flops.Call(s_modern, tokens);

        protected override Func<OnnxEncoderOptions, byte[]> PrepareOurs(string folder)
        {
            ModernBertModel model = ModernBertModel.Create(s_modern, EncoderCase.Seed);
            model.Save(folder);
            CompiledFolder.Compile(folder, Name, AssemblyPath(folder));
            return options => OnnxEncoder.Export(model, options);
        }

        protected override LoadedEncoder OpenOurs(string folder) => CompiledFolder.Load(AssemblyPath(folder), folder);

        private static string AssemblyPath(string folder) => Path.Combine(folder, "Encoder.dll");
    }
}
