using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using Microsoft.ML.OnnxRuntime;

namespace GeneratedEncoder.Benchmarks;

/// <summary>What the numbers were measured on.</summary>
internal static class Machine
{
    /// <summary>Prints one line for each thing that matters.</summary>
    public static void Describe()
    {
        Console.WriteLine($"- CPU: {CpuModel()}, {Environment.ProcessorCount} cores, {RuntimeInformation.ProcessArchitecture}");
        Console.WriteLine(
            $"- Vectors: Vector256 {YesNo(Vector256.IsHardwareAccelerated)}, Vector512 {YesNo(Vector512.IsHardwareAccelerated)}, " +
            $"FMA {YesNo(Fma.IsSupported)}, AVX-512F {YesNo(Avx512F.IsSupported)}, AVX-512VL {YesNo(Avx512F.VL.IsSupported)}");
        Console.WriteLine($"- Dot products of bytes: AVX-VNNI {YesNo(HasFlag("avx_vnni"))}, AVX-512 VNNI {YesNo(HasFlag("avx512_vnni"))}");
        Console.WriteLine($"- {RuntimeInformation.FrameworkDescription}, {RuntimeInformation.OSDescription}");
        Console.WriteLine($"- ONNX Runtime {OrtEnv.Instance().GetVersionString()}");
        Console.WriteLine();
    }

    private static string CpuModel() =>
        !File.Exists("/proc/cpuinfo") ? "unknown" :
        File.ReadLines("/proc/cpuinfo").FirstOrDefault(line => line.StartsWith("model name", StringComparison.Ordinal)) is string line
            ? line[(line.IndexOf(':') + 1)..].Trim()
            : "unknown";

    /// <summary>Whether the system's list of the processor's features has one; not on systems without such a list.</summary>
    private static bool HasFlag(string flag) =>
        File.Exists("/proc/cpuinfo") && File.ReadLines("/proc/cpuinfo").FirstOrDefault(line => line.StartsWith("flags", StringComparison.Ordinal)) is string line && line.Split(' ').Contains(flag);

    private static string YesNo(bool value) => value ? "yes" : "no";
}
