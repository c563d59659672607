using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Jobs;
using BenchmarkDotNet.Running;
using BenchmarkDotNet.Toolchains.InProcess.Emit;

namespace GeneratedEncoder.Benchmarks;

/// <summary>Single layers and parts of them, under BenchmarkDotNet.</summary>
internal static class Kernels
{
    /// <summary>Runs what BenchmarkDotNet's options select, all without any, within this process.</summary>
    public static int Run(string[] args)
    {
        IConfig config = DefaultConfig.Instance
            .AddJob(Job.Default.WithWarmupCount(3).WithIterationCount(10).WithToolchain(InProcessEmitToolchain.Instance))
            .WithArtifactsPath(Path.Combine(AppContext.BaseDirectory, "BenchmarkDotNet.Artifacts"));
        string[] selected = args.Length == 0 ? ["--filter", "*"] : args;
        BenchmarkSwitcher.FromTypes([typeof(LayerBenchmarks), typeof(PartBenchmarks)]).Run(selected, config);
        return 0;
    }
}
